"""The workflow as a module of another one: examples/another_workflow."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

SOURCE = Path(__file__).resolve().parents[2]
EXAMPLE = SOURCE / "examples" / "another_workflow"

pytestmark = pytest.mark.slow


def run(folder: Path, snakefile: Path, *arguments: str | Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "snakemake", "--snakefile", snakefile, "--cores", "2", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=1200)


def snakemake(folder: Path, snakefile: Path, *arguments: str | Path) -> str:
    done = run(folder, snakefile, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_another_workflow_goes_on_from_the_tables(tmp_path):
    arguments = ["--configfile", str(EXAMPLE / "config.yaml")]
    snakemake(tmp_path, EXAMPLE / "Snakefile", *arguments)
    rounds = pd.read_parquet(tmp_path / "pruning" / "summaries" / "rounds.parquet")
    assert sorted(rounds["round"]) == [0, 1, 2, 3]
    found = pd.read_csv(tmp_path / "sparsest.csv").iloc[0]
    assert found["n_active"] == rounds.loc[rounds["rel_error"] < 0.02, "n_active"].min()
    assert "Nothing to be done" in snakemake(tmp_path, EXAMPLE / "Snakefile", *arguments)


def test_rules_of_the_other_workflow_keep_their_environment(tmp_path):
    study = {"system": {"model": "tfim", "extent": [2, 2]}, "network": {"kind": "cnn", "features": 16}}
    (tmp_path / "Snakefile").write_text(
        f"""
module pruning:
    snakefile: "{SOURCE / "Snakefile"}"
    config: {{"studies": {{"s": {study}}}}}
    prefix: "below"


use rule * from pruning as pruning_*


rule own:
    default_target: True
    output: "environment.txt"
    shell: "env > {{output}}"
"""
    )
    snakemake(tmp_path, tmp_path / "Snakefile")
    seen = dict(
        line.split("=", 1) for line in (tmp_path / "environment.txt").read_text().splitlines() if "=" in line
    )
    for name in ("PATH", "PYTHONPATH", "JAX_PLATFORMS"):
        assert seen.get(name) == os.environ.get(name)
    planned = snakemake(tmp_path, tmp_path / "Snakefile", "--dry-run", "pruning_summarise")
    assert "below/results/summaries/rounds.parquet" in planned
    assert "pruning_chain" in planned


def test_only_our_part_of_the_outer_config_is_judged(tmp_path):
    """The outer one is a template of a size that none of ours may have, with a key twice."""
    text = (EXAMPLE / "config.yaml").read_text()
    outer = tmp_path / "outer.yaml"
    outer.write_text(f"__use_yte__: true\n{text}other: 1\nother: {'x' * 300_000}\nresults: /\n")
    planned = snakemake(tmp_path, EXAMPLE / "Snakefile", "--configfile", outer, "--dry-run")
    assert "nqs_chain" in planned
    outer.write_text(text.replace("alpha: 2", "alpha: -2").replace("results: pruning", "results: ."))
    refused = run(tmp_path, EXAMPLE / "Snakefile", "--configfile", outer, "--dry-run")
    (line,) = [line for line in refused.stderr.splitlines() if "not allowed" in line]
    assert line.startswith("config of sparse_nqs: studies.ising.network.alpha: -2 is not allowed")
    outer.write_text(text.replace("results: pruning", "results: ."))
    refused = run(tmp_path, EXAMPLE / "Snakefile", "--configfile", outer, "--dry-run")
    assert "config of sparse_nqs: results: '.' is not allowed" in refused.stderr
    assert "Traceback" not in refused.stderr
