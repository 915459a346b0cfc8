"""A study through a real SLURM: what its records say, a cancelled job, and the same results as a local run."""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from sparse_nqs.planning import cost, resources
from sparse_nqs.reading import load_config
from sparse_nqs.storage.states import read_histories

from .cluster import Cluster

SOURCE = Path(__file__).resolve().parents[2]
CONFIG = Path(__file__).parent / "tiny.yaml"

# What the queue has to do; the rest is made where Snakemake runs.
SUBMITTED = Counter(problem=1, reference=1, dense=1, chain=1, evaluation=2, fidelity=1, tickets=1)
# Of a real cluster: its partition. Of this one: no database, nobody else's load, and a disk of its own.
ON_THIS_CLUSTER = [
    *("--default-resources", "slurm_partition=main"),
    "--slurm-no-account",
    *("--slurm-status-command", "squeue"),
    *("--slurm-init-seconds-before-status-checks", "1"),
    *("--max-status-checks-per-second", "5"),
    *("--latency-wait", "5"),
]


class Rerun(NamedTuple):
    """What a study left behind, in two runs of Snakemake, in the first of which the dense training was cancelled twice.

    Attributes:
        folder: where it ran.
        local: where the same study ran without a cluster.
        finished: output of the second run.
        jobs: all jobs that SLURM knows of, in the order of their submission.
        completed: SLURM's record of how they ended.
    """

    folder: Path
    local: Path
    finished: str
    jobs: list[dict[str, str]]
    completed: list[dict[str, str]]


def start(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.Popen:
    """Snakemake on the tiny study, its output in a file of the folder."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "snakemake", "--snakefile", SOURCE / "Snakefile", "--configfile", CONFIG]
    with (folder / "output.txt").open("w") as output:
        return subprocess.Popen(
            [*command, *arguments], cwd=folder, env=environment, stdout=output, stderr=output
        )


def finish(process: subprocess.Popen, folder: Path) -> str:
    process.wait(300)
    return (folder / "output.txt").read_text()


def on_cluster(folder: Path, cluster: Cluster, cache: dict[str, str], *arguments: str) -> subprocess.Popen:
    profile = ["--workflow-profile", str(SOURCE / "profiles" / "slurm")]
    return start(folder, {**cluster.environment, **cache}, *profile, *ON_THIS_CLUSTER, *arguments)


def rule_of(job: dict[str, str]) -> str:
    return re.match(r"rule_([a-z_]+?)(?:_wildcards|$)", job["Comment"])[1]


def cancel_while_running(cluster: Cluster, process: subprocess.Popen, rule: str) -> None:
    """Cancel every job of a rule as soon as it runs, until the process ends."""
    while process.poll() is None:
        for job in cluster.jobs():
            if rule_of(job) == rule and job["JobState"] == "RUNNING":
                cluster.run("scancel", job["JobId"])
        time.sleep(0.2)


@pytest.fixture(scope="module")
def rerun(cluster, tmp_path_factory) -> Rerun:
    base = tmp_path_factory.mktemp("study")
    folder, local = base / "on cluster", base / "local"
    # One cache of compiled programs for both saves time.
    cache = {"SPARSE_NQS_CACHE": str(base / "cache")}
    undisturbed = start(local, {**os.environ, **cache}, "--cores", "1")

    first = on_cluster(folder, cluster, cache, "--retries", "1", "--until", "dense")
    cancel_while_running(cluster, first, "dense")
    failed = finish(first, folder)
    assert first.returncode == 1, failed

    second = on_cluster(folder, cluster, cache)
    finished = finish(second, folder)
    assert second.returncode == 0, finished

    output = finish(undisturbed, local)
    assert undisturbed.returncode == 0, output
    return Rerun(folder, local, finished, cluster.jobs(), cluster.completed())


def test_all_jobs_of_the_queue_went_through_slurm(rerun):
    states = {record["JobId"]: record["JobState"] for record in rerun.completed}
    assert {job["JobId"]: job["JobState"] for job in rerun.jobs} == states
    done = Counter(rule_of(job) for job in rerun.jobs if job["JobState"] == "COMPLETED")
    assert done == SUBMITTED
    # Job names begin with the profile's prefix, by which all of them can be found or cancelled.
    assert all(record["Name"].startswith("sparse-nqs") for record in rerun.completed)


def test_cancelled_jobs_ran_again_and_nothing_else_did(rerun):
    cancelled = [rule_of(job) for job in rerun.jobs if job["JobState"].startswith("CANCELLED")]
    assert cancelled == ["dense", "dense"]
    assert len(rerun.jobs) == sum(SUBMITTED.values()) + 2
    # The first run left the problem behind.
    assert "Compile the Hamiltonian" not in rerun.finished
    assert "Train the dense network" in rerun.finished


def test_jobs_ask_for_what_the_cost_model_says_and_for_more_the_second_time(rerun):
    study = load_config(CONFIG).studies["ising"]
    records = {record["JobId"]: record for record in rerun.completed}
    asked = [
        (int(records[job["JobId"]]["TimeLimit"]), records[job["JobId"]]["Tres"].split(",")[:2])
        for job in rerun.jobs
        if rule_of(job) == "dense"
    ]
    first, second = (
        (
            resources.minutes(cost.dense(study), k),
            ["cpu=1", f"mem={resources.memory_mb(cost.dense(study), k)}M"],
        )
        for k in (1, 2)
    )
    # Two attempts in the first run, one in the second.
    assert asked == [first, second, first]


def test_results_are_those_of_a_local_run(rerun):
    states = sorted(path.relative_to(rerun.local) for path in rerun.local.glob("results/**/*.safetensors"))
    assert len(states) == 6
    for path in states:
        ours, theirs = rerun.folder / path, rerun.local / path
        if path.name.endswith(".history.safetensors"):
            # Which hold wall times too.
            for a, b in zip(read_histories(ours), read_histories(theirs), strict=True):
                assert a.energy.tolist() == b.energy.tolist()
        else:
            assert ours.read_bytes() == theirs.read_bytes()
    for name in ("rounds", "fidelities"):
        tables = [
            pd.read_parquet(folder / f"results/summaries/{name}.parquet").drop(
                columns=["train_seconds", "seconds_per_step"], errors="ignore"
            )
            for folder in (rerun.folder, rerun.local)
        ]
        pd.testing.assert_frame_equal(*tables, check_exact=True)
    assert (rerun.folder / "results/figures/widths.pdf").exists()


def test_nothing_is_left_to_do(rerun, cluster):
    process = on_cluster(rerun.folder, cluster, {}, "--dry-run")
    assert "Nothing to be done" in finish(process, rerun.folder)
