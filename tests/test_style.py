"""The types of the package and the workflow's style, as `make check-style` looks at them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1]


def run(*arguments: str, folder: Path = SOURCE) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("snakefmt", "--check", "Snakefile", "rules", "examples"),
    ],
    ids=" ".join,
)
def test_the_style_is_that_of_pyproject(command):
    done = run(*command)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_types_of_the_package_are_right():
    done = run("mypy")
    assert done.returncode == 0, done.stdout


def test_the_workflow_has_nothing_to_lint():
    done = run("snakemake", "--lint")
    assert done.returncode == 0, done.stdout + done.stderr


def test_lint_finds_a_rule_that_mixes_with_functions(tmp_path):
    for part in ("Snakefile", "rules", "config.yaml", "envs", "sparse_nqs"):
        source = SOURCE / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / part)
    rules = tmp_path / "rules" / "problem.smk"
    rules.write_text(rules.read_text() + "\n\ndef name_of(wildcards):\n    return wildcards.system\n")
    done = run("snakemake", "--lint", folder=tmp_path)
    assert done.returncode != 0
    assert "Mixed rules and functions" in done.stdout + done.stderr
