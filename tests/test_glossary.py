"""The names in the code and docs/glossary.md: what the page names is there, and a name stands for one thing."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest
from pages import DOCS

PACKAGE = Path(__file__).resolve().parents[1] / "sparse_nqs"
ROWS = re.findall(
    r"^\| ([^|]+) \| [^|]+ \| `([^`|]+)` \|$", (DOCS / "glossary.md").read_text(encoding="utf-8"), re.M
)
# What every member of a kind has under this name.
OF_MEMBERS = {"Options"}
# A word that names one class, and no other class has it in its name.
ONE_CLASS = {
    "Block": "blocks.py",
    "Mistake": "messages.py",
    "Origin": "storage/states.py",
    "Problem": "storage/problems.py",
    "Protocol": "pruning/protocols.py",
}
# Words that say nothing of what a class is, or that meant two things once.
NO_CLASS = {"Part", "Structure", "Stage", "Kernel", "Data", "Info", "Manager", "Helper"}


def defined(path: Path) -> set[str]:
    """The names that a file defines at its top."""
    names = set()
    for node in ast.parse(path.read_bytes()).body:
        match node:
            case ast.ClassDef() | ast.FunctionDef():
                names.add(node.name)
            case ast.Assign(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(name)):
                names.add(name)
    return names


def public_classes() -> dict[str, set[str]]:
    """The files in which each public class is defined."""
    places = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.parse(path.read_bytes()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].add(str(path.relative_to(PACKAGE)))
    return places


def words_of(name: str) -> list[str]:
    return re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+", name)


def test_every_row_of_the_page_is_read():
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert len(ROWS) == len(rows) - page.count("\n| word | meaning | defined in |") > 50
    assert len({word for word, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("word", "place"), ROWS, ids=[word for word, _ in ROWS])
def test_what_the_page_names_is_there(word, place):
    file, _, name = place.partition(":")
    assert (PACKAGE / file).exists()
    assert not name or name in defined(PACKAGE / file)


def test_no_two_classes_have_one_name():
    twice = {name: files for name, files in public_classes().items() if len(files) > 1}
    assert set(twice) <= OF_MEMBERS, twice


@pytest.mark.parametrize("word", sorted(ONE_CLASS))
def test_a_word_of_the_page_names_one_class(word):
    named = {
        (name, file) for name, files in public_classes().items() if word in words_of(name) for file in files
    }
    # The residual block of a network is called so in its field.
    assert named - {("ResidualBlock", "networks/res_cnn.py")} == {(word, ONE_CLASS[word])}


def test_no_class_is_named_by_a_word_without_a_meaning():
    assert {name for name in public_classes() if NO_CLASS & set(words_of(name))} == set()
