"""The jobs of two small studies one after another in this process; `test_environment.py` runs this.

The first job imports NetKet, and what that leaves behind is there in all others.
"""

import json
import runpy
import sys
from pathlib import Path


def job(script: str, spec: str, **files: Path) -> None:
    """Run a script of workflow_scripts as its rule does."""
    options = [text for name, path in files.items() for text in (f"--{name}", str(path))]
    sys.argv = [script, "--spec", spec, *options]
    runpy.run_module(f"workflow_scripts.{script}", run_name="__main__", alter_sys=True)


def main(specs: str, folder: Path) -> None:
    for study, spec in json.loads(specs).items():
        problem, init, states, history, evaluation = (
            folder / f"{study}.{name}" for name in ("problem", "init", "states", "history", "evaluation")
        )
        job("compile_problem", spec["problem"], problem=problem)
        if "reference" in spec:
            job("compute_reference", spec["reference"], problem=problem, reference=folder / "reference")
        job("initialise", spec["init"], states=init)
        job("train_dense", spec["dense"], problem=problem, init=init, states=states, history=history)
        job("evaluate", spec["evaluation"], problem=problem, states=states, evaluation=evaluation)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
