"""What the Makefile and `python -m sparse_nqs` do with the names in a config: no shell reads them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

SOURCE = Path(__file__).resolve().parents[1]
STUDY = {
    "system": {"model": "tfim", "extent": [2, 2]},
    "network": {"kind": "ffnn", "alpha": 2},
    "pruning": {"rounds": 2},
}
NOISY = "a`touch PWNED`$(touch PWNED)$HOME b.yaml"
NOTE = """#!{python}
import json, sys
with open({calls!r}, "a") as calls:
    print(json.dumps(sys.argv[1:]), file=calls)
"""


def run(command: list, folder: Path) -> subprocess.CompletedProcess:
    """Run a command with this checkout's package."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run make with the tools of a folder in place of those of the virtual environment."""
    (folder / "ready").touch()
    words = [f"BIN={folder / 'bin'}", f"READY={folder / 'ready'}", "CORES=1", *arguments]
    environment = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")
    }
    command = ["make", "-f", SOURCE / "Makefile", "-I", SOURCE, *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture
def folder(tmp_path):
    """A folder from which make runs, with what the set-up depends on."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "envs").mkdir()
    for name in ("envs/requirements.lock", "pyproject.toml"):
        shutil.copy(SOURCE / name, tmp_path / name)
        os.utime(tmp_path / name, (0, 0))
    return tmp_path


def put(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
@pytest.mark.parametrize("target", ["figures", "report", "gallery", "plan", "references"])
def test_the_name_of_a_config_reaches_python_whole(folder, target):
    calls = folder / "calls"
    for tool in ("python", "snakemake"):
        put(folder / "bin" / tool, NOTE.format(python=sys.executable, calls=str(calls)))
    done = make(folder, target, "CONFIG=" + NOISY.replace("$", "$$"))
    assert done.returncode == 0, done.stdout + done.stderr
    called = [json.loads(line) for line in calls.read_text().splitlines()]
    called = [words for words in called if not words[-1].endswith("shadows.py")]
    assert all(NOISY in words for words in called) and called
    assert not (folder / "PWNED").exists()


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
@pytest.mark.parametrize(
    ("target", "results"),
    [
        ("references", "x`touch PWNED`"),
        ("references", "x$(touch PWNED)"),
        ("references", "a$HOME b"),
        ("report", 'x"; touch PWNED; "'),
        ("gallery", "x`touch PWNED`"),
    ],
)
def test_a_folder_with_a_command_in_its_name_is_refused_and_runs_nothing(folder, target, results):
    put(folder / "bin" / "python", f'#!/bin/sh\nPYTHONPATH="{SOURCE}" exec "{sys.executable}" "$@"\n')
    (folder / "my c.yaml").write_text(yaml.safe_dump({"results": results, "studies": {"s": STUDY}}))
    done = make(folder, target, "CONFIG=my c.yaml")
    assert done.returncode != 0
    assert "my c.yaml: results: " in done.stderr and "must be a folder without" in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name for path in folder.iterdir()} == {"bin", "envs", "my c.yaml", "pyproject.toml", "ready"}


@pytest.mark.slow
def test_references_are_computed_and_shown_where_the_folder_has_blanks(tmp_path):
    (tmp_path / "my c.json").write_text(json.dumps({"results": "a b & c;", "studies": {"s": STUDY}}))
    command = [sys.executable, "-m", "sparse_nqs", "references", "my c.json", "--cores", "1"]
    done = run(command, tmp_path)
    assert done.returncode == 0, done.stderr
    page = tmp_path / "a b & c;" / "summaries" / "published_references.md"
    assert page.read_text() in done.stdout
    # The same command line, for Snakemake by itself.
    command = [sys.executable, "-m", "snakemake", "--snakefile", SOURCE / "Snakefile", "--cores", "1"]
    command += ["--configfile", "my c.json", "--", "references"]
    done = run(command, tmp_path)
    assert "Nothing to be done" in done.stdout + done.stderr


@pytest.mark.slow
def test_the_exit_status_is_snakemakes(tmp_path):
    (tmp_path / "c.yaml").write_text(yaml.safe_dump({"studies": {"s": STUDY}}))
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "problems").write_text("in the way of a folder")
    command = [sys.executable, "-m", "sparse_nqs", "references", "c.yaml", "--cores", "1"]
    done = run(command, tmp_path)
    assert done.returncode == 1
    assert "published" not in done.stdout


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
def test_the_continuous_integration_runs_the_linters_and_every_test(folder):
    commands = (SOURCE / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in commands if line.startswith("make ")] == ["make test-all", "make test-slurm"]
    done = make(folder, "--dry-run", "test-all")
    *linters, tests = [line.removeprefix(f"{folder / 'bin'}/") for line in done.stdout.splitlines()]
    assert [" ".join(line.split()[:2]) for line in linters] == [
        "ruff check",
        "ruff format",
        "snakefmt --check",
        "mypy",
        "snakemake --lint",
    ]
    assert tests == "python -m pytest -n 1"
    fast = make(folder, "--dry-run", "test").stdout
    assert fast.rstrip().endswith('-m "not slow"')
