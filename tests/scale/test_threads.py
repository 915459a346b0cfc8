"""As many jobs as cores, and no more running threads than that."""

import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

SOURCE = Path(__file__).resolve().parents[2]
STUDY = {
    "system": {"model": "tfim", "extent": [6, 6]},
    "network": {"kind": "ffnn", "alpha": 1},
    "seeds": [0, 1],
    # Large products, which linear algebra would like to share out among threads.
    "training": {"samples": 512, "chains": 512, "dense_steps": 100, "sr_space": "parameters"},
    "pruning": {"rounds": 1, "ratio": 0.5},
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are seen in /proc"),
]


def trainings(folder: Path) -> list[Path]:
    """The folders in /proc of the trainings that run in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            if (
                b"workflow_scripts.train_dense" in words
                and b"-m" in words
                and (process / "cwd").resolve() == folder
            ):
                found.append(process)
        except OSError:
            continue  # it has ended
    # A shell that holds the command as one word is not among them.
    return found


def runnable_threads(process: Path) -> int:
    """Threads that run or would run if there were a core for them."""
    count = 0
    for task in (process / "task").iterdir():
        try:
            count += (task / "stat").read_text().rpartition(")")[2].split()[0] == "R"
        except OSError:
            continue
    return count


def test_two_jobs_on_two_cores_run_a_thread_each(tmp_path):
    (tmp_path / "study.yaml").write_text(yaml.safe_dump({"studies": {"s": STUDY}}))
    command = [sys.executable, "-m", "snakemake", "--snakefile", SOURCE / "Snakefile", "--until", "dense"]
    command += ["--configfile", "study.yaml", "--cores", "2"]
    counts = defaultdict(list)
    with (tmp_path / "output.txt").open("w") as output:
        workflow = subprocess.Popen(command, cwd=tmp_path, stdout=output, stderr=output)
        while workflow.poll() is None:
            for process in trainings(tmp_path.resolve()):
                try:
                    counts[process.name].append(runnable_threads(process))
                except OSError:
                    continue
            time.sleep(0.05)
    assert workflow.returncode == 0, (tmp_path / "output.txt").read_text()
    means = {name: sum(seen) / len(seen) for name, seen in counts.items()}
    print(f"mean numbers of runnable threads: {means}")
    assert len(means) == 2
    assert all(len(seen) > 20 for seen in counts.values())
    # The compiler takes a second thread now and then.
    assert max(means.values()) < 1.5
