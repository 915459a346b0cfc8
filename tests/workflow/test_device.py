"""Studies on another device: what their jobs ask for, seen in a dry-run."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

SOURCE = Path(__file__).resolve().parents[2]
RULES = "".join(path.read_text() for path in (SOURCE / "rules").glob("*.smk"))
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
ON_CPU |= {"fit_regions", "describe_tickets", "summarise_tickets", "summarise_regions", "compare_published"}
# What Snakemake itself knows of every rule that runs a script, for a study on each device.
ASK = """
include: "{snakefile}"

import json
from types import SimpleNamespace

for known in workflow.rules:
    if known.shellcmd:
        device = known.resources["device"]
        of_study = [device.evaluate(SimpleNamespace(study=name)).value for name in STUDIES]
        print("RULE", json.dumps([known.name, str(known.conda_env), of_study]))
"""
TRAIN_AND_MEASURE = {"dense", "rewind_point", "chain", "isolated", "evaluation", "fidelity", "observables"}


@pytest.mark.slow
@pytest.mark.parametrize("devices", [["cuda"], ["cpu", "cuda"], ["cpu"]])
def test_environment_and_device_of_every_rule_agree(tmp_path, devices):
    studies = {f"on_{device}": {**STUDY, "device": device} for device in devices}
    (tmp_path / "study.yaml").write_text(yaml.safe_dump({"studies": studies}))
    (tmp_path / "Snakefile").write_text(ASK.format(snakefile=SOURCE / "Snakefile"))
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--configfile",
        "study.yaml",
        "--sdm",
        "conda",
        "--list-rules",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in re.findall(r"(?m)^RULE (.*)$", done.stdout + done.stderr)]
    assert len(found) == len(re.findall(r"(?m)^ +command\(", RULES))
    for name, environment, of_study in found:
        has_device = name in TRAIN_AND_MEASURE and "cuda" in devices
        assert environment.endswith("envs/sparse-nqs-cuda.yaml" if has_device else "envs/sparse-nqs.yaml"), (
            name
        )
        assert of_study == (devices if has_device else ["cpu"] * len(devices)), name
    assert TRAIN_AND_MEASURE < {name for name, *_ in found}


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
