"""Where results may be: in a folder for them alone, that can be written to."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sparse_nqs.messages import ConfigError, Mistake, line, not_allowed, show

_PROJECT = Path(__file__).resolve().parents[2]
# What lies in a checkout, and what tools keep in it or in the working folder.
_PARTS = (
    *(".ci", "benchmarks", "configs", "data", "docs", "envs", "examples", "profiles", "rules"),
    *("sparse_nqs", "tests", "workflow_scripts"),
)
_OF_TOOLS = (".cache", ".git", ".snakemake", ".venv", "logs")

# A job that cannot write a line to its log cannot say what is wrong.
_BYTES = 4096


def folder_mistake(folder: str, files: Iterable[str | Path] = ()) -> Mistake | None:
    """Why a folder cannot hold the results; None if it can.

    Snakemake deletes and overwrites files that it takes for results, so results share their folder with nothing else.

    Args:
        folder: relative to the working folder, or absolute; links are followed.
        files: the config files.
    """
    here = Path(os.path.realpath(folder))
    way = (here, *here.parents)
    taken = [_PROJECT / part for part in (*_PARTS, *_OF_TOOLS)] + [Path.cwd() / part for part in _OF_TOOLS]
    for part in taken:
        if any(_is_same(step, part) for step in way):
            must = (
                f"must be a folder for results alone, and {part.name} is a folder of the project or its tools"
            )
            return not_allowed(("results",), folder, must)
    for step in way:
        if os.path.lexists(step) and not os.path.isdir(step):
            return not_allowed(("results",), folder, f"must be a folder, and {step.name} is a file")
    for inside in (Path.cwd(), _PROJECT, *map(Path, files)):
        inside = Path(os.path.realpath(inside))
        if any(_is_same(here, step) for step in (inside, *inside.parents)):
            return not_allowed(
                ("results",), folder, f"must be a folder for results alone, and this one is or holds {inside}"
            )
    return None


def _is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to the same place, existing or not; file systems differ in which names are equal."""
    try:
        return one == other or one.samefile(other)
    except OSError:
        return False


def check_folder(folder: str, source: str = "config") -> None:
    """Refuse a folder of results that is not for results alone.

    Args:
        source: what the line of an error begins with.

    Raises:
        ConfigError: as `folder_mistake` says.
    """
    mistake = folder_mistake(folder)
    if mistake is not None:
        raise ConfigError([line(source, mistake)])


def require_writable(folder: str, source: str = "config") -> None:
    """Make a folder of results, and write a file there that goes at once.

    Args:
        source: what the line of an error begins with, usually the config's name.

    Raises:
        ConfigError: if the system does not let it be written, with the system's reason.
    """
    try:
        # A link may lead to nothing, for example after a scratch disk was emptied. Then its target is made.
        Path(os.path.realpath(folder)).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        text = f"{show(folder)} cannot be written to: {error.strerror}"
        raise ConfigError([line(source, Mistake(("results",), text))]) from error
