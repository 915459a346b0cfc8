import re
from pathlib import Path

import pytest
import yaml

ENVS = Path(__file__).resolve().parent.parent / "envs"


def normalised(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def lock_entries(name="requirements.lock"):
    """(name, version) -> the text of the entry, with its continuation lines."""
    entries, current = {}, None
    for line in (ENVS / name).read_text().splitlines():
        if line and not line[0].isspace() and not line.startswith("#"):
            current = line
            entries[current] = []
        elif current is not None and not line.lstrip().startswith("#"):
            entries[current].append(line.strip())
    return entries


def lock_pins(name="requirements.lock"):
    pins = {}
    for line in lock_entries(name):
        name, version = re.fullmatch(r"([A-Za-z0-9._-]+)==([^\s;]+)(?: ; .+)? \\", line).groups()
        # A package may be pinned once for each platform.
        assert pins.setdefault(normalised(name), version) == version
    return pins


def direct_dependencies():
    """The names in requirements.in by the comment that they stand under."""
    sections, current = {}, None
    for line in (ENVS / "requirements.in").read_text().splitlines():
        if line.startswith("# what "):
            current = sections.setdefault(line.removeprefix("# "), set())
        elif line and not line.startswith("#"):
            current.add(normalised(re.match(r"[A-Za-z0-9._-]+", line).group()))
    return sections


def conda_pins(name="sparse-nqs.yaml"):
    environment = yaml.safe_load((ENVS / name).read_text())
    (pip,) = (entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    pins = dict(line.split("==") for line in pip)
    assert len(pins) == len(pip)
    return {normalised(name): version for name, version in pins.items()}


def test_the_conda_environment_pins_what_runs_as_the_lock_does():
    pins = conda_pins()
    assert set(pins) == direct_dependencies()["what runs"]
    locked = lock_pins()
    assert pins == {name: locked[name] for name in pins}


@pytest.mark.parametrize("name", ["sparse-nqs.yaml", "sparse-nqs-cuda.yaml"])
def test_the_conda_environments_have_a_python_that_the_package_accepts(name):
    environment = yaml.safe_load((ENVS / name).read_text())
    assert "python=3.11" in environment["dependencies"]
    assert environment["channels"] == ["conda-forge"]


def test_the_lock_covers_all_direct_dependencies():
    sections = direct_dependencies()
    assert set(sections) == {"what runs", "what builds and checks"}
    assert set().union(*sections.values()) <= set(lock_pins())


def test_environments_for_cuda_differ_in_the_plugin_of_jax_only():
    pins, locked = lock_pins("requirements-cuda.lock"), lock_pins()
    assert {name: pins[name] for name in pins.keys() & locked.keys()} == {
        name: locked[name] for name in pins.keys() & locked.keys()
    }
    assert pins["jax-cuda12-plugin"] == pins["jax-cuda12-pjrt"] == pins["jax"]
    assert all(re.match("nvidia-|jax-cuda12-", name) for name in pins.keys() - locked.keys())
    conda = conda_pins("sparse-nqs-cuda.yaml")
    assert conda.pop("jax[cuda12]") == locked["jax"]
    assert conda == {name: version for name, version in conda_pins().items() if name != "jax"}


@pytest.mark.parametrize(("name", "least"), [("requirements.lock", 50), ("requirements-cuda.lock", 10)])
def test_every_locked_package_has_hashes(name, least):
    entries = lock_entries(name)
    assert len(entries) > least
    for line, rest in entries.items():
        assert rest, line
        for part in rest:
            assert re.fullmatch(r"--hash=sha256:[0-9a-f]{64}( \\)?", part), (line, part)


@pytest.mark.parametrize(
    "word", ["://", "--index-url", "--extra-index-url", "--find-links", "-i ", "file:", " @ "]
)
@pytest.mark.parametrize("name", [path.name for path in sorted(ENVS.iterdir())])
def test_no_file_names_an_index(name, word):
    assert word not in (ENVS / name).read_text()
