"""Studies on another device: what their jobs ask for, seen in a dry-run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

SOURCE = Path(__file__).resolve().parents[2]
STUDY = {"system": {"model": "tfim", "extent": [2, 2]}, "network": {"kind": "cnn"}, "pruning": {"rounds": 2}}
# Building a Hamiltonian, its ground energy and the first weights are no work for a GPU.
ON_CPU = {
    "compile_problem",
    "compute_reference",
    "initialise",
    "summarise_study",
    "summarise",
    "summarise_references",
}
ON_CPU |= {"fit_regions", "describe_tickets", "summarise_tickets", "collect_pairs", "compare_published"}


@pytest.mark.slow
def test_trainings_and_measurements_of_a_study_run_on_its_device(tmp_path):
    studies = {"on_gpu": {**STUDY, "device": "cuda"}, "on_cpu": STUDY}
    (tmp_path / "study.yaml").write_text(yaml.safe_dump({"studies": studies}))
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        SOURCE / "Snakefile",
        "--configfile",
        "study.yaml",
    ]
    command += [
        "--workflow-profile",
        SOURCE / "profiles" / "cuda",
        "--dry-run",
        "--printshellcmds",
        "--cores",
        "1",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    jobs = re.findall(
        r"JAX_PLATFORMS=(\w+) .*? -m workflow_scripts\.(\w+) .*?--spec '(.*?)'", done.stdout + done.stderr
    )
    assert len(jobs) > 10
    for device, script, spec in jobs:
        is_on_gpu = script not in ON_CPU and yaml.safe_load(spec)["study"] == "on_gpu"
        assert device == ("cuda" if is_on_gpu else "cpu")
    assert {script for device, script, _ in jobs if device == "cuda"} == {
        "train_dense",
        "train_chain",
        "evaluate",
        "compute_fidelities",
    }
