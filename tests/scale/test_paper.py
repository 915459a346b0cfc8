"""The paper's study set at full size: what a dry-run and the start of each job take."""

import re
import sys
from pathlib import Path

import pytest

from sparse_nqs.config import load_config, plan

from .measured import Run, run_measured

SOURCE = Path(__file__).resolve().parents[2]
PAPER = SOURCE / "configs" / "paper.yaml"

pytestmark = pytest.mark.slow


def snakemake(folder: Path, *arguments: str, snakefile: Path = SOURCE / "Snakefile") -> Run:
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        snakefile,
        "--dry-run",
        "--cores",
        "1",
        *arguments,
    ]
    return run_measured(command, folder)


@pytest.fixture
def empty(tmp_path) -> Run:
    """A dry-run of a workflow with nothing in it, 1.5 s of processor time on a quiet machine."""
    path = tmp_path / "Empty"
    path.write_text('rule all:\n    output: "nothing"\n    shell: "touch {output}"\n')
    return snakemake(tmp_path, snakefile=path)


def test_a_dry_run_knows_all_jobs_and_takes_seconds(tmp_path, empty):
    run = snakemake(tmp_path, "--configfile", str(PAPER), "--printshellcmds")
    print(f"dry-run: {run.seconds:.1f} s of processor time, {run.megabytes:.0f} MB")
    table = re.search(r"^Job stats:\n.*?\n[- ]+\n(.*?)\n\n", run.output, re.M | re.S)
    jobs = {line.split()[0]: int(line.split()[1]) for line in table[1].splitlines()}
    parts = plan.parts_of(load_config(PAPER))
    assert {part.rule: part.jobs for part in parts} | {"all": 1, "total": jobs["total"]} == jobs
    assert jobs["total"] > 2000
    commands = re.findall(r"^Shell command: (.*)$", run.output, re.M)
    assert len(commands) == jobs["total"]
    # However many states a job reads, its command is short.
    assert max(map(len, commands)) < 3000
    # 20 s, on a machine as busy as this one.
    assert run.seconds < 20 * max(1.0, empty.seconds / 1.5)


def test_the_start_of_a_job_reads_the_workflow_in_a_second(tmp_path, empty):
    target = "results/paper/studies/cnn/seed_0/init.safetensors"
    ours = snakemake(tmp_path, "--configfile", str(PAPER), "--", target)
    print(f"one job: {ours.seconds:.1f} s, an empty workflow {empty.seconds:.1f} s of processor time")
    assert "Initialise cnn, seed 0" in ours.output
    assert ours.seconds - empty.seconds < 1.5 * max(1.0, empty.seconds / 1.5)
