"""Run a command and see what it takes."""

import os
import re
import subprocess
import time
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
    """Run a command in a folder to its end. Its children's time counts as well, their memory does not."""
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
        megabytes = 0.0
        while True:
            # Not ru_maxrss, which starts at the memory of the process that forked.
            peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
            megabytes = max(megabytes, float(peak[1]) / 1024 if peak else 0.0)
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            time.sleep(0.02)
        process.returncode = os.waitstatus_to_exitcode(status)
    text = log.read_text()
    assert process.returncode == 0, text[-5000:]
    return Run(text, usage.ru_utime + usage.ru_stime, megabytes)
