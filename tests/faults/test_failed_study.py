"""A study that fails: the others are summarised and drawn, and what failed stands last."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

SOURCE = Path(__file__).resolve().parents[2]
GOOD = {
    "system": {"model": "tfim", "extent": [2, 2], "field": 2.0},
    "network": {"kind": "ffnn", "alpha": 2},
    "seeds": [0],
    "training": {"samples": 64, "chains": 64, "dense_steps": 50, "round_steps": 25},
    "pruning": {"ratio": 0.3, "rounds": 2},
}
# Weights of infinite size after a step or two.
BAD = {"like": "good", "training": {"learning_rate": 500.0, "diagonal_shift": 1.0e-6}}
CONFIG = {
    "studies": {"good": GOOD, "bad": BAD},
    "fidelity_matrices": {name: {"studies": [name], "rounds": [0, 1]} for name in ("good", "bad")},
    "figures": {
        "good_only": {"kind": "error_scan", "studies": ["good"], "label": "study", "regions": True},
        "good_matrix": {"kind": "fidelity_matrix", "matrix": "good"},
        "both": {"kind": "error_scan", "studies": ["good", "bad"], "label": "study"},
    },
}


@pytest.mark.slow
def test_what_does_not_need_the_failed_study_is_drawn_and_the_failure_stands_last(tmp_path):
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(CONFIG))
    command = [sys.executable, "-m", "sparse_nqs", "figures", "c.yaml", "--cores", "2"]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    assert done.returncode == 1
    heading, line = done.stdout.rstrip().splitlines()[-2:]
    assert heading == "A job failed:"
    log = "results/logs/dense/bad/seed_0.log"
    assert re.fullmatch(rf"study bad, seed 0, rule dense: DivergedError: bad seed 0 .* \({log}\)", line)
    assert (tmp_path / log).read_text().splitlines()[-1] in line
    results = tmp_path / "results"
    drawn = {path.stem for path in (results / "figures").glob("*.pdf")}
    assert drawn == {"good_only", "good_matrix"}
    tables = {path.parent.parent.name for path in results.glob("studies/*/tables/rounds.parquet")}
    assert tables == {"good"}
    # Tables of all studies are of all studies, or not there.
    assert {path.stem for path in (results / "summaries").iterdir()} == {"references"}
