"""Finished jobs by Snakemake's notes, and the same job once more in another folder."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from sparse_nqs.errors import WorkError
from sparse_nqs.stages.unnoted import NOTES, note_of

_PYTHON = "$SPARSE_NQS_PYTHON"
_LAST = 300  # characters of a log in a message


class Finished(NamedTuple):
    """A finished job.

    Attributes:
        spec: its spec when it ran.
        inputs: the files that it read.
        arguments: of Python, from `-m` on.
        environment: what was set for it.
        seconds: how long it took.
    """

    spec: dict[str, Any]
    inputs: tuple[str, ...]
    arguments: tuple[str, ...]
    environment: dict[str, str]
    seconds: float


def finished(output: str, notes: Path = NOTES) -> Finished | None:
    """The job that made a file; None if the file or the note of it is not there."""
    note = note_of(output, notes)
    if not os.path.exists(output) or not note.exists():
        return None
    content = json.loads(note.read_text(encoding="utf-8"))
    words = shlex.split(content["shellcmd"] or "")
    if content["incomplete"] or _PYTHON not in words or "--spec" not in words:
        return None
    place = words.index(_PYTHON)
    settings = (word.split("=", 1) for word in words[words.index("&&") + 1 : place])
    return Finished(
        json.loads(words[words.index("--spec") + 1]),
        tuple(content["input"]),
        tuple(words[place + 1 : len(words) - 3]),  # without > LOG 2>&1
        {name: value for name, value in settings if name != "PYTHONPATH"},
        content["endtime"] - content["starttime"],
    )


def repeat(job: Finished, results: str, folder: Path, source: Path) -> dict[str, Path]:
    """Do a job once more: from the files that it read, with the code as it is now.

    Args:
        results: the folder of the results, as the job knows it.
        folder: where to write; nothing else is written to.
        source: the folder of the workflow.

    Returns:
        The files that it has made, by the file that it made then.

    Raises:
        WorkError: if it fails; the message has the end of its log.
    """

    def place(path: str) -> Path:
        return folder / os.path.relpath(path, results)

    for path in job.inputs:
        place(path).parent.mkdir(parents=True, exist_ok=True)
        if not place(path).exists():
            place(path).symlink_to(os.path.abspath(path))
    files = [word for word in job.arguments if word.startswith(f"{results}/")]
    outputs = {word: place(word) for word in files if word not in job.inputs}
    for target in outputs.values():
        target.parent.mkdir(parents=True, exist_ok=True)
    arguments = [str(place(word)) if word in files else word for word in job.arguments]
    modules = os.pathsep.join(filter(None, [str(source), os.environ.get("PYTHONPATH")]))
    environment = {
        **os.environ,
        "SPARSE_NQS_CACHE": os.environ.get("SPARSE_NQS_CACHE", ".cache"),
        **job.environment,
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**environment, "PYTHONPATH": modules},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise WorkError(f"fails: {' '.join((done.stdout + done.stderr).split())[-_LAST:]}")
    return {path: made for path, made in outputs.items() if made.exists()}
