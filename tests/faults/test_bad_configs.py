"""A config with a mistake, given as a user gives it: nothing runs, no code in it does, and nothing is left behind.

What the lines say of every text and of every kind of mistake is in tests/reading. Here are whole commands: the check
that `make figures` begins with, Snakemake in a folder with the config as config.yaml, and Snakemake with the config by
its name, which Snakemake reads itself before it knows of our workflow.
"""

import resource
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from reading.bad_texts import YAML

from .disturbance import CONFIG

SOURCE = Path(__file__).resolve().parents[2]
GOOD = yaml.safe_dump(CONFIG)
A_VALUE = GOOD.replace("alpha: 2", "alpha: -2"), "studies.tiny.network.alpha: -2 is not allowed"
# By their names: whether Snakemake reads it and leaves it to us to refuse it. Those that it refuses end in words of its
# own, some in its own traceback.
BY_NAME = {
    "a value": True,
    "a template": True,
    "a function": True,
    "a bomb": True,
    "a smaller bomb of merges": True,
    "not UTF-8": False,
    "a call": False,
    "nested": False,
}


class Ended(NamedTuple):
    """A command that has ended: its status, what it said, and the processor time that it took in seconds."""

    status: int
    said: str
    seconds: float


def run(folder: Path, *command: str | Path) -> Ended:
    def used() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return children.ru_utime + children.ru_stime

    before = used()
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, timeout=300
    )
    return Ended(done.returncode, done.stdout + done.stderr, used() - before)


def write(path: Path, name: str) -> str:
    """Write a config with a mistake. Returns what is to be said of it."""
    text, fragment = A_VALUE if name == "a value" else YAML[name]
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return fragment


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory):
    """What a first start alone costs: compiling modules, reading them from the disk."""
    run(tmp_path_factory.mktemp("warm"), "sparse_nqs.reading.check", SOURCE / "config.yaml")


def test_the_check_says_nothing_of_a_config_without_a_mistake(tmp_path):
    (tmp_path / "mine.yaml").write_text(GOOD)
    done = run(tmp_path, "sparse_nqs.reading.check", "mine.yaml")
    assert (done.status, done.said) == (0, "")


@pytest.mark.parametrize("name", ["a value", "a call", "a bomb of merges"])
def test_the_check_refuses_it_soon(tmp_path, name):
    fragment = write(tmp_path / "mine.yaml", name)
    done = run(tmp_path, "sparse_nqs.reading.check", "mine.yaml")
    print(f"{done.seconds:.2f} s: {done.said.strip()}")
    assert done.status == 1
    lines = done.said.splitlines()
    assert all(line.startswith("mine.yaml: ") for line in lines)
    assert any(fragment in line for line in lines)
    assert names(tmp_path) == {"mine.yaml"}
    # Of the processor, a second with Python's start; a bomb would take minutes.
    assert done.seconds < 10.0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a value", "not UTF-8", "a call"])
def test_snakemake_says_the_same_of_config_yaml(tmp_path, name):
    fragment = write(tmp_path / "config.yaml", name)
    done = run(tmp_path, "snakemake", "--cores", "1", "--snakefile", SOURCE / "Snakefile")
    print(f"{done.seconds:.1f} s: {done.said.strip()}")
    assert done.status != 0
    assert fragment in done.said
    assert "Traceback" not in done.said
    assert names(tmp_path) - {".snakemake"} == {"config.yaml"}


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_NAME)
def test_a_config_given_by_its_name_starts_nothing_and_runs_nothing(tmp_path, name):
    fragment = write(tmp_path / "mine.yaml", name)
    command = ("--cores", "1", "--snakefile", SOURCE / "Snakefile", "--configfile", "mine.yaml")
    done = run(tmp_path, "snakemake", *command)
    print(f"{done.seconds:.1f} s: {done.said.strip()[-300:]}")
    assert done.status != 0
    assert (fragment in done.said and "Traceback" not in done.said) == BY_NAME[name]
    assert names(tmp_path) - {".snakemake"} == {"mine.yaml"}
    # Nothing that Snakemake knows of a run: no job, no file made.
    assert not list(tmp_path.glob(".snakemake/metadata/*"))


@pytest.mark.slow
def test_a_template_is_refused_before_it_is_run(tmp_path):
    """Given by its name Snakemake would run it first, see docs/troubleshooting.md."""
    path = tmp_path / "mine.yaml"
    path.write_text("__use_yte__: true\na: ?__import__('os').mkdir('harm')\n")
    done = run(tmp_path, "sparse_nqs.reading.check", "mine.yaml")
    assert done.status == 1 and "__use_yte__" in done.said
    assert names(tmp_path) == {"mine.yaml"}
    path.rename(tmp_path / "config.yaml")
    done = run(tmp_path, "snakemake", "--cores", "1", "--snakefile", SOURCE / "Snakefile")
    assert done.status != 0 and "must not be a template" in done.said
    assert names(tmp_path) - {".snakemake"} == {"config.yaml"}
