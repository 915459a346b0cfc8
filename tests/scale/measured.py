"""Run a command and see what it takes."""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple


class Run(NamedTuple):
    """Output (standard output and error) of a command that succeeded, seconds of processor time, peak memory in MB.

    Processor time, as the machine may have other things to do.
    """

    output: str
    seconds: float
    megabytes: float


def run_measured(command: list, folder: Path, **environment: str) -> Run:
    """Run a command in a folder to its end; its own children count as well."""
    log = folder / "output.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    text = log.read_text()
    assert process.returncode == 0, text[-5000:]
    return Run(text, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
