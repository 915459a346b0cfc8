"""Which failed jobs a cluster tries again."""

import subprocess
from pathlib import Path

import pytest

from sparse_nqs.errors import WorkError
from sparse_nqs.stages.arguments import run

SCRIPT = Path(__file__).resolve().parents[2] / "workflow_scripts" / "is_worth_a_try.sh"


def is_worth_a_try(attempt: int, log: Path) -> bool:
    done = subprocess.run(["sh", SCRIPT, str(attempt), log], capture_output=True, text=True)
    assert done.returncode in (0, 1)
    assert bool(done.stderr) == bool(done.returncode)
    return done.returncode == 0


def log_of(folder: Path, error: BaseException) -> Path:
    """What a script that raises this leaves behind."""

    def main():
        raise error

    with pytest.raises(BaseException) as stopped:
        run(main)
    path = folder / "job of 4 x 4.log"
    path.write_text(f"dense round 0: step 25/100\n{stopped.value}\n")
    return path


def test_a_job_that_failed_by_itself_would_fail_again(tmp_path):
    class SpecialError(WorkError):
        pass

    log = log_of(tmp_path, SpecialError("toric seed 0: energy nan at step 3; allowed is a finite one"))
    assert "SpecialError: toric" in log.read_text()
    assert not is_worth_a_try(2, log)
    assert not is_worth_a_try(3, log)


def test_the_first_attempt_looks_at_no_log(tmp_path):
    assert is_worth_a_try(1, log_of(tmp_path, WorkError("left from an earlier run")))


@pytest.mark.parametrize(
    "last",
    [
        "dense round 0: step 50/100, energy -1.5 (spread 0.1)",
        "OSError: [Errno 5] Input/output error",
        "FileNotFoundError: [Errno 2] No such file or directory: 'a'",
        "MemoryError",
        "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 8 TiB",
        "jax.errors.JaxRuntimeError: RESOURCE_EXHAUSTED: Out of memory allocating 1 byte.",
        "slurmstepd: error: *** JOB 7 ON node1 CANCELLED AT 2030-01-01T00:00:00 DUE TO TIME LIMIT ***",
        "",
    ],
)
def test_faults_of_the_machine_are_tried_again(tmp_path, last):
    log = tmp_path / "log"
    log.write_text(f"ValueError: an earlier line\n{last}\n")
    assert is_worth_a_try(2, log)


def test_a_file_that_has_not_arrived_and_a_log_that_was_never_written(tmp_path):
    assert is_worth_a_try(2, log_of(tmp_path, FileNotFoundError("a.safetensors: no such file")))
    assert is_worth_a_try(2, tmp_path / "absent")


def test_mistakes_in_the_code_fail_again(tmp_path):
    log = tmp_path / "log"
    log.write_text("Traceback (most recent call last):\n  File ...\nValueError: shapes differ\n")
    assert not is_worth_a_try(2, log)


def test_a_job_that_could_not_say_what_is_wrong_is_not_started():
    log = Path("/dev/full")
    if not log.exists():
        pytest.skip("this system has no device that is always full")
    done = subprocess.run(["sh", SCRIPT, "1", log], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "/dev/full cannot be written to, and the job is not started; is the disk full?\n"
