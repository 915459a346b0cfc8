"""Results that other settings or other code made than a config asks for, and that Snakemake has no note of.

Snakemake sees an edit by the notes it took when a job ran, in .snakemake/metadata. If the notes are gone, or results
came from elsewhere without them, it takes any file as good. But files know the spec that made them.
"""

import os
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from sparse_nqs.stages.provenance import spec_hash
from sparse_nqs.storage.results import read_result
from sparse_nqs.storage.sealed import DamagedFileError
from sparse_nqs.storage.states import read_histories

NOTES = Path(".snakemake", "metadata")
# Where Snakemake keeps its notes in a database instead, they are not looked at.
_DATABASE = Path(".snakemake", "metadata.db")
_LONGEST_NAME = 255
_MOST_LINES = 10


class Wanted(NamedTuple):
    """A result as a config asks for it.

    Attributes:
        path: its file, as the rule that makes it names it.
        kind: "histories", or what a file of JSON holds.
        spec: gives the rule's spec.
    """

    path: str
    kind: str
    spec: Callable[[], str]


def made_otherwise(results: Iterable[Wanted], notes: Path = NOTES) -> list[str]:
    """A line for each result that is there, of which Snakemake has no note, and that another spec made; at most ten.

    A file that is damaged is left to the job that reads it.

    Args:
        notes: the folder of Snakemake's notes.
    """
    if _DATABASE.exists():
        return []
    lines = [
        f"{result.path}: was made with other settings or code than the config asks for, and Snakemake has no note of "
        "it; bring back .snakemake as it was then, or delete the file"
        for result in results
        if os.path.exists(result.path) and not has_note(result.path, notes) and _differs(result)
    ]
    if len(lines) <= _MOST_LINES:
        return lines
    return [*lines[: _MOST_LINES - 1], f"... and {len(lines) - _MOST_LINES + 1} more"]


def has_note(path: str, notes: Path) -> bool:
    """Whether Snakemake has a note of how a file was made."""
    return note_of(path, notes).exists()


def note_of(path: str, notes: Path) -> Path:
    """The file of Snakemake's note of how a file was made: one each, named by the path in base 64."""
    name = urlsafe_b64encode(path.encode()).decode()
    step = _LONGEST_NAME - 1
    *folders, last = [name[first : first + step] for first in range(0, len(name), step)]
    return notes.joinpath(*(f"@{folder}" for folder in folders), last)


def _differs(result: Wanted) -> bool:
    try:
        if result.kind == "histories":
            made_by = read_histories(result.path)[0].made_by or {}
        else:
            made_by = read_result(result.path, result.kind)["made_by"]
    except (DamagedFileError, OSError):
        return False
    return made_by.get("spec_hash") != spec_hash(result.spec())
