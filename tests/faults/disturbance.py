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
KINDS = ("snakemake", "job", "everything")
# The longest that a tiny study may take, and how often to look whether it has ended, in seconds.
LONGEST = 600.0
_TICK = 0.05


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
    project: Project,
    *arguments: str,
    config: dict | None = None,
    before: list[str] | None = None,
    cores: int = 1,
) -> subprocess.Popen:
    """Start Snakemake in a process group of its own, its output in run.log; `before` is put before the command."""
    config = config or project.config
    path = project.folder / "study.yaml"
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--configfile",
        path.name,
        "--cores",
        str(cores),
        *arguments,
    ]
    targets = [f"{config['results']}/summaries/{name}.parquet" for name in TABLES]
    with (project.folder / "run.log").open("w") as log:
        return subprocess.Popen(
            [*(before or []), *command, "--", *targets],
            cwd=project.folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )


def wait(process: subprocess.Popen, seconds: float) -> bool:
    """Wait for the end of a process, at most so long. Returns whether it has ended.

    Only time in which this program runs counts: where all of it is stopped for a while, as with kill -STOP, nothing is
    late for that.
    """
    waited = 0.0
    while process.poll() is None and waited < seconds:
        time.sleep(min(_TICK, seconds - waited))
        waited += _TICK
    return process.poll() is not None


def unlock(project: Project) -> None:
    """The first of the two commands after Snakemake was killed.

    Raises:
        LossError: if it fails.
    """
    command = [sys.executable, "-m", "snakemake", "--configfile", "study.yaml", "--unlock"]
    with (project.folder / "unlock.log").open("w") as log:
        process = subprocess.Popen(command, cwd=project.folder, stdout=log, stderr=subprocess.STDOUT)
        if not wait(process, 120) or process.returncode:
            raise LossError(f"cannot unlock: {(project.folder / 'unlock.log').read_text()}")


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


def kill_and_wait(process: subprocess.Popen, kind: str) -> str:
    """The same, and Snakemake's end after it.

    Raises:
        LossError: if it does not end.
    """
    hit = kill(process, kind)
    if not wait(process, LONGEST):
        raise LossError(f"Snakemake goes on and on after {hit} was killed")
    return hit


def go_on(project: Project, config: dict | None = None, cores: int = 1) -> subprocess.Popen:
    """The same command after a kill."""
    if (project.folder / ".snakemake" / "locks").is_dir() and any(
        (project.folder / ".snakemake/locks").iterdir()
    ):
        unlock(project)
    return start(project, "--rerun-incomplete", config=config, cores=cores)


def finish(project: Project, process: subprocess.Popen) -> None:
    """Wait for a run that nothing disturbs.

    Raises:
        LossError: if it fails.
    """
    if not wait(process, LONGEST) or process.returncode:
        logs = [path for path in sorted(project.folder.glob("results/logs/**/*.log")) if path.stat().st_size]
        said = "\n".join(f"{path}:\n{path.read_text()}" for path in [project.folder / "run.log", *logs])
        raise LossError(f"a run that nothing disturbed failed\n{said}")


def run_disturbed(
    project: Project, delays: list[float], dice: random.Random, config: dict | None = None, cores: int = 1
) -> list[str]:
    """Run to the end through as many kills as there are delays, each so many seconds after a start.

    Returns:
        What was hit, kill by kill.
    """
    hits = []
    process = start(project, config=config, cores=cores)
    for delay in delays:
        if not wait(process, delay):
            hits.append(kill_and_wait(process, dice.choice(KINDS)))
        process = go_on(project, config, cores)
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
