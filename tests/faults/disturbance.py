"""A tiny study that is disturbed: processes killed at random moments, then the same command again.

What a user types after Snakemake itself was killed is in docs/troubleshooting.md, and is what `go_on` does.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import yaml
from checkout import Project

from sparse_nqs.storage.states import read_states
from sparse_nqs.storage.tables import read_table

CONFIG = yaml.safe_load((Path(__file__).parent / "tiny.yaml").read_text())
TIMES = ["train_seconds", "seconds_per_step"]
TABLES = ("rounds", "fidelities", "histories", "provenance")
TARGETS = [f"results/summaries/{name}.parquet" for name in TABLES]
KINDS = ("snakemake", "job", "everything")


class LossError(AssertionError):
    """Work was lost or is wrong."""


def check_out(folder: Path, cache: Path) -> Project:
    """A checkout whose trainings write a resume point after every block of steps, so that every kill meets one."""
    project = Project(folder, CONFIG)
    project.check_out()
    resume = folder / "sparse_nqs" / "stages" / "resume.py"
    source = resume.read_text()
    assert "EVERY_SECONDS = 60.0" in source
    resume.write_text(source.replace("EVERY_SECONDS = 60.0", "EVERY_SECONDS = 0.0"))
    (folder / ".cache").symlink_to(cache)
    cache.mkdir(exist_ok=True)
    return project


def without_network() -> list[str]:
    """What to put before a command so that it has no network, not even to itself; [] where that is not allowed."""
    for command in (["unshare", "-n"], ["unshare", "-rn"]):
        try:
            if subprocess.run([*command, "true"], capture_output=True).returncode == 0:
                return command
        except OSError:
            break
    return []


def start(
    project: Project, *arguments: str, config: dict | None = None, before: list[str] | None = None
) -> subprocess.Popen:
    """Start Snakemake in a session of its own, its output in run.log; `before` is put before the command."""
    path = project.folder / "study.yaml"
    path.write_text(yaml.safe_dump(config or project.config, sort_keys=False))
    command = [sys.executable, "-m", "snakemake", "--configfile", path.name, "--cores", "1", *arguments]
    with (project.folder / "run.log").open("w") as log:
        return subprocess.Popen(
            [*(before or []), *command, "--", *TARGETS],
            cwd=project.folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def unlock(project: Project) -> None:
    """The first of the two commands after Snakemake was killed."""
    command = [sys.executable, "-m", "snakemake", "--configfile", "study.yaml", "--unlock"]
    subprocess.run(command, cwd=project.folder, check=True, capture_output=True, timeout=120)


def children(process: int) -> list[int]:
    """All processes below one, the deepest last."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text()
        except OSError:
            continue
        if int(status.rpartition(")")[2].split()[1]) == process:
            found += [int(folder.name), *children(int(folder.name))]
    return found


def kill(process: subprocess.Popen, kind: str) -> str:
    """SIGKILL to Snakemake alone, to a job of its that runs, or to all. Returns what was hit, "" for nothing."""
    below = children(process.pid)
    if kind == "job" and below:
        os.kill(below[-1], signal.SIGKILL)
        return "a job"
    if kind == "everything":
        os.killpg(process.pid, signal.SIGKILL)
        return "everything"
    # Its jobs run on by themselves, as they do for a user.
    process.send_signal(signal.SIGKILL)
    return f"Snakemake with {len(below)} processes below it"


def go_on(project: Project, config: dict | None = None) -> subprocess.Popen:
    """The same command after a kill."""
    if (project.folder / ".snakemake" / "locks").is_dir() and any(
        (project.folder / ".snakemake/locks").iterdir()
    ):
        unlock(project)
    return start(project, "--rerun-incomplete", config=config)


def finish(project: Project, process: subprocess.Popen) -> None:
    """Wait for a run that nothing disturbs.

    Raises:
        LossError: if it fails.
    """
    if process.wait(timeout=600) != 0:
        logs = [path for path in sorted(project.folder.glob("results/logs/**/*.log")) if path.stat().st_size]
        said = "\n".join(f"{path}:\n{path.read_text()}" for path in [project.folder / "run.log", *logs])
        raise LossError(f"a run that nothing disturbed failed\n{said}")


def run_disturbed(
    project: Project, delays: list[float], dice: random.Random, config: dict | None = None
) -> list[str]:
    """Run to the end through as many kills as there are delays, each so many seconds after a start.

    Returns:
        What was hit, kill by kill.
    """
    hits = []
    process = start(project, config=config)
    for delay in delays:
        try:
            process.wait(timeout=delay)
        except subprocess.TimeoutExpired:
            kind = dice.choice(KINDS)
            hits.append(kill(process, kind))
            process.wait(timeout=600)
        process = go_on(project, config)
    finish(project, process)
    return hits


def numbers(folder: Path) -> dict[str, pd.DataFrame]:
    """All summaries but the times."""
    found = {}
    for name in TABLES:
        table = read_table(f"{folder}/results/summaries/{name}.parquet", name)
        found[name] = table.drop(columns=TIMES, errors="ignore")
    return found


def states(folder: Path) -> dict[str, bytes]:
    """The bytes of every file of trained states, which must be readable."""
    found = {}
    for path in sorted((folder / "results" / "studies").glob("*/seed_*/**/*.safetensors")):
        if not path.name.endswith(".history.safetensors"):
            read_states(path)
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def leftovers(folder: Path) -> list[str]:
    """Files that a finished run should not leave: half-written ones and resume points."""
    patterns = ("**/*.part", "**/*.resume_*", "**/*.diverged_history")
    return [str(path.relative_to(folder)) for p in patterns for path in (folder / "results").glob(p)]


def compare(folder: Path, expected: Path, *, all_states: bool = True) -> None:
    """Refuse a run whose numbers are not those of the undisturbed one.

    Args:
        all_states: whether both must have the same files of states. Snakemake deletes the output of a job that failed,
            and does not make it again where nothing asks for it; other configs leave more.

    Raises:
        LossError: if any differs.
    """
    ours, theirs = numbers(folder), numbers(expected)
    for name in TABLES:
        try:
            pd.testing.assert_frame_equal(ours[name], theirs[name], check_exact=True)
        except AssertionError as error:
            raise LossError(f"{name}: {error}") from error
    ours, theirs = states(folder), states(expected)
    names = ours.keys() | theirs.keys() if all_states else ours.keys() & theirs.keys()
    wrong = sorted(name for name in names if ours.get(name) != theirs.get(name))
    if wrong:
        raise LossError(f"states differ: {', '.join(wrong)}")


def undisturbed(folder: Path, cache: Path) -> tuple[Project, float]:
    """A finished run to compare with, without network where that can be had, and the seconds that it took."""
    project = check_out(folder, cache)
    started = time.monotonic()
    finish(project, start(project, before=without_network()))
    return project, time.monotonic() - started


def clean(project: Project) -> None:
    """As if nothing had run: neither results nor what Snakemake knows of them."""
    for name in ("results", ".snakemake"):
        shutil.rmtree(project.folder / name, ignore_errors=True)
