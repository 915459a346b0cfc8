"""A training job as the workflow runs it: from the start of the process to its end, for one step and warm caches."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.setups import ffnn, tfim
from sparse_nqs.planning import specs
from sparse_nqs.reading import parse_config

ROOT = Path(__file__).resolve().parents[1]


def measure(repeats: int = 5) -> dict:
    """Seconds of `workflow_scripts.train_dense` with one step, 4 x 4, alpha = 2."""
    study = {
        "system": tfim(4),
        "network": ffnn(2),
        "seeds": [0],
        "training": {"samples": 512, "chains": 512, "dense_steps": 1, "round_steps": 1},
        "pruning": {"rounds": 1},
    }
    config = parse_config({"studies": {"bench": study}}, source="benchmarks/job_start.py")
    study = config.studies["bench"]
    with tempfile.TemporaryDirectory() as folder:
        files = {name: str(Path(folder) / f"{name}.safetensors") for name in ("problem", "init", "s", "h")}
        environment = {**os.environ, "SPARSE_NQS_CACHE": str(Path(folder) / "cache"), "PYTHONPATH": str(ROOT)}

        def job(script: str, spec: str, **options: str) -> float:
            command = [sys.executable, "-m", f"workflow_scripts.{script}", "--spec", spec]
            for name, value in options.items():
                command += [f"--{name}", value]
            started = time.perf_counter()
            subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
            return time.perf_counter() - started

        job("compile_problem", specs.problem_spec(study), problem=files["problem"])
        job("initialise", specs.init_spec(study, 0), states=files["init"])

        def train() -> float:
            return job(
                "train_dense",
                specs.dense_spec(study, 0),
                problem=files["problem"],
                init=files["init"],
                states=files["s"],
                history=files["h"],
            )

        cold = train()
        warm = [train() for _ in range(repeats)]
    return {
        "case": "job_start",
        "target": 3,
        "cold_seconds": cold,
        "warm_seconds": statistics.median(warm),
        "warm_seconds_least": min(warm),
    }
