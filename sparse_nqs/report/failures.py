"""The failed jobs of a run, a line each. They are the last lines that a user sees."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

# How much of the end of a log is read, in bytes, and how much of its last line is shown, in letters.
_END = 20_000
_LONGEST = 600


class FailedJob(NamedTuple):
    """A job that failed.

    Attributes:
        rule: its rule's name.
        wildcards: what it was about, by name.
        logs: its log files.
    """

    rule: str
    wildcards: Mapping[str, str]
    logs: tuple[str, ...]


def failures(jobs: Iterable[FailedJob]) -> str:
    """A line for each failed job, sorted: what it was about, its rule, the last line of its log, and the log's path.

    Returns:
        The lines under a heading; "" if no job failed.
    """
    lines = sorted(_line(job) for job in jobs)
    if not lines:
        return ""
    heading = "A job failed:" if len(lines) == 1 else f"{len(lines)} jobs failed:"
    return "\n".join([heading, *lines])


def _line(job: FailedJob) -> str:
    about = [f"{name} {value}" for name, value in job.wildcards.items()]
    said = [f"{_last_line(log)} ({log})" for log in job.logs] or ["it has no log"]
    return f"{', '.join([*about, f'rule {job.rule}'])}: {'; '.join(said)}"


def _last_line(log: str) -> str:
    """The last line of a log that says anything, without what a terminal would obey."""
    try:
        with Path(log).open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _END))
            text = file.read().decode("utf-8", errors="replace")
    except OSError as error:
        return f"its log cannot be read: {error.strerror}"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return "its log is empty"
    last = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in lines[-1])
    return last if len(last) <= _LONGEST else f"{last[:_LONGEST]}..."
