"""Code that makes the same numbers is accepted after a try, other code is refused by name."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import Project

pytestmark = pytest.mark.slow
TARGET = "results/studies/ising/tables/rounds.parquet"
CONFIG = {
    "references": {"max_ed_spins": 4},
    "studies": {
        "ising": {
            "system": {"model": "tfim", "extent": [2, 2], "field": 1.5},
            "network": {"kind": "ffnn", "alpha": 1},
            "seeds": [0],
            "training": {"samples": 32, "chains": 32, "dense_steps": 5, "round_steps": 5},
            "pruning": {"ratio": 0.3, "rounds": 1},
            "isolated": {"rounds": []},
        }
    },
}


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Project:
    project = Project(tmp_path_factory.mktemp("accept") / "a folder", CONFIG)
    project.check_out()
    done = project.snakemake("--cores", "2", TARGET)
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.fixture
def again(run, tmp_path) -> Project:
    return run.copy(tmp_path / "a folder")


def accept(project: Project) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "workflow_scripts.accept", "study.yaml"],
        cwd=project.folder,
        capture_output=True,
        text=True,
        timeout=300,
    )


def files(project: Project) -> dict[str, bytes]:
    folder = project.folder / "results"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit(project: Project, path: str, old: str, new: str) -> None:
    file: Path = project.folder / path
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_an_edit_that_changes_no_number_is_accepted(again):
    edit(again, "sparse_nqs/vmc/training.py", "shifts = {", "larger = {")
    edit(again, "sparse_nqs/vmc/training.py", "**shifts", "**larger")
    assert {"dense", "chain", "evaluation", "summarise_study"} <= set(again.planned(None, TARGET))
    before = files(again)
    done = accept(again)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "jobs repeated, all as stored" in done.stdout
    assert {"repeats dense:", "repeats chain:"} <= {
        line.rpartition(" ")[0] for line in done.stdout.splitlines()
    }
    after = files(again)
    assert after.pop("accepted.json")
    assert after == before
    assert not again.planned(None, TARGET)
    done = accept(again)
    assert (done.returncode, done.stdout) == (
        0,
        "Nothing to accept: the results are of the code as it is now.\n",
    )
    # An edit after it is seen again.
    edit(again, "sparse_nqs/vmc/divergence.py", "_FARTHEST = 2.0", "_FARTHEST = 2.5")
    assert {"dense", "chain"} <= set(again.planned(None, TARGET))


def test_an_edit_that_changes_numbers_is_refused_and_named(again):
    edit(again, "sparse_nqs/pruning/keys.py", '"training": 2', '"training": 4')
    before = files(again)
    done = accept(again)
    assert done.returncode == 1
    dense = "results/studies/ising/seed_0/dense/rounds_0000-0000.safetensors"
    assert re.search(rf"dense, {dense}: array .* differs; nothing was accepted$", done.stderr.strip())
    assert files(again) == before
    assert again.planned(None, TARGET)
