"""A small disk of a test's own, for what happens when it is full or may only be read."""

import os
import shlex
import subprocess
from pathlib import Path
from typing import NamedTuple


class Done(NamedTuple):
    """How a script ended, and all that it said."""

    ok: bool
    said: str


def with_a_small_disk(folder: Path, size: str, script: str) -> Done:
    """Run a shell script that sees a new disk in place of a folder, which is gone with it; nobody else sees it.

    Args:
        size: of the disk, as mount takes it.

    Returns:
        What it said; not ok where disks cannot be mounted.
    """
    mount = f"mount -t tmpfs -o size={size} none {shlex.quote(str(folder))} || exit 1\n"
    unshare = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    try:
        done = subprocess.run(
            [*unshare, "sh", "-c", mount + script],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )
    except OSError as error:
        return Done(False, str(error))
    return Done(done.returncode == 0, done.stdout)
