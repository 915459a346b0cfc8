"""The pages for readers: links lead somewhere, commands exist, quoted configs parse, the citation is current."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from sparse_nqs.reading import parse_config

SOURCE = Path(__file__).resolve().parents[1]
PAGES = sorted([*SOURCE.glob("*.md"), *SOURCE.glob("docs/*.md"), *SOURCE.glob("sparse_nqs/**/*.md")])
NAMES = [str(path.relative_to(SOURCE)) for path in PAGES]


def without_code(text: str) -> str:
    return re.sub(r"(?ms)^ *```.*?^ *```$", "", text)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)", without_code(page.read_text(encoding="utf-8"))):
        if not target.startswith("https://"):
            assert (page.parent / target).exists(), target


def test_make_targets_exist_and_are_on_a_page():
    rules = re.findall(r"^([a-z_ -]+):(?!=)", (SOURCE / "Makefile").read_text(encoding="utf-8"), re.M)
    targets = {name for names in rules for name in names.split()} - {"names"}  # a part of others
    quoted = {
        name: page
        for page in PAGES
        for name in re.findall(r"(?:`|^)make ([a-z_-]+)", page.read_text(encoding="utf-8"), re.M)
    }
    assert {name: page for name, page in quoted.items() if name not in targets} == {}
    assert targets - set(quoted) == set()


def test_every_page_and_picture_is_reached_from_the_readme():
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    readme = (SOURCE / "README.md").read_text(encoding="utf-8")
    for path in (SOURCE / "docs").glob("*.md"):
        assert f"docs/{path.name}" in readme, path
    for path in (SOURCE / "docs" / "images").iterdir():
        assert path.name in text, path
        assert path.stat().st_size < 200_000, path


def test_the_tour_is_a_valid_config():
    (tour,) = re.findall(r"(?ms)^```yaml\n(.*?)^```", (SOURCE / "README.md").read_text(encoding="utf-8"))
    config = parse_config(yaml.safe_load(tour))
    assert config.studies["ising_wide"].network.alpha == 4
    # Its study is the first one of the default set.
    default = parse_config(yaml.safe_load((SOURCE / "config.yaml").read_text(encoding="utf-8")))
    assert config.studies["ising"].training == default.studies["tfim_4x4"].training
    assert config.studies["ising"].pruning == default.studies["tfim_4x4"].pruning


def test_the_citation_is_of_this_version():
    project = tomllib.loads((SOURCE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((SOURCE / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= citation.keys()
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"] == "MIT"
    (paper,) = citation["references"]
    page = (SOURCE / "sparse_nqs" / "published" / "README.md").read_text(encoding="utf-8")
    assert paper["title"] in " ".join(page.split())
    for author in paper["authors"]:
        assert f"{author['given-names']} {author['family-names']}" in page
    assert paper["identifiers"][0]["value"] in page
