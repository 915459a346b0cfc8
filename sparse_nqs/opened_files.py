"""Files that a user's code reads while it is called: those that no spec knows of are warned about.

A leaf that needs only the standard library. Python tells which files are opened (`sys.addaudithook`). Files that a
library in C opens by itself, such as HDF5, are not seen.
"""

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_MARK = "Warning: "
_SOURCE = {".py", ".pyc", ".pyi", ".so"}
_LIBRARY_FOLDERS = {"site-packages", "dist-packages", "__pycache__", ".cache"}
_SYSTEM = ("/proc", "/sys", "/dev", "/etc")

# The sets of paths that are being filled; a hook cannot be taken away again.
_recording: list[set[str]] = []
_hooked: list[bool] = []


def _hook(event: str, arguments: tuple) -> None:
    if event == "open" and _recording:
        path, _, flags = arguments
        is_written = flags & os.O_ACCMODE == os.O_WRONLY or flags & os.O_TRUNC
        if isinstance(path, str | bytes | os.PathLike) and not is_written:
            for paths in _recording:
                paths.add(os.path.realpath(os.fsdecode(path)))


@contextmanager
def warn_of_unlisted(path: str, key: str, listed: Iterable[str]) -> Iterator[None]:
    """Print a line for each file that is read inside this context and whose edits would go unnoticed.

    Args:
        path: the code that is called, "package.module:name"; files of its own package count as listed.
        key: where such files are listed, as `system.files`.
        listed: the files there.
    """
    opened: set[str] = set()
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked.append(True)
    before = set(sys.modules)
    _recording.append(opened)
    try:
        yield
    finally:
        _recording[:] = [paths for paths in _recording if paths is not opened]
    known = {os.path.realpath(file) for file in listed}
    libraries = _libraries()
    data = {file for file in opened if Path(file).suffix not in _SOURCE}
    unlisted = (data | _modules_beside(path, set(sys.modules) - before)) - known
    for file in sorted(unlisted):
        if os.path.isfile(file) and not _is_of_a_library(Path(file), libraries):
            shown = os.path.relpath(file) if Path(file).is_relative_to(Path.cwd()) else file
            print(
                f"{_MARK}{path} reads {shown}, which is not in {key}: an edit of it would change nothing that is "
                "done already; list it there",
                file=sys.stderr,
                flush=True,
            )


def warnings_in(logs: Iterable[str]) -> list[str]:
    """The warnings in the logs of jobs, each once."""
    lines = [
        line
        for log in map(Path, logs)
        if log.is_file()
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.startswith(_MARK)
    ]
    return list(dict.fromkeys(lines))


def _modules_beside(path: str, names: set[str]) -> set[str]:
    """The files of modules that are in another package than the code."""
    package = path.split(":")[0].split(".")[0]
    others = {name for name in names if name.split(".")[0] not in (package, "sparse_nqs", "workflow_scripts")}
    files = (getattr(sys.modules[name], "__file__", None) for name in others if name in sys.modules)
    return {os.path.realpath(file) for file in files if file and file.endswith(".py")}


def _libraries() -> list[Path]:
    """Folders whose files belong to Python, to packages, to this one and to caches."""
    folders = [sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), str(Path(__file__).parent)]
    folders += filter(None, [os.environ.get("SPARSE_NQS_CACHE")])
    resolved = [Path(os.path.realpath(folder)) for folder in folders]
    # An environment may hold the working folder; its libraries are in site-packages.
    return [*map(Path, _SYSTEM), *(folder for folder in resolved if not Path.cwd().is_relative_to(folder))]


def _is_of_a_library(file: Path, libraries: list[Path]) -> bool:
    return bool(_LIBRARY_FOLDERS & set(file.parts)) or any(
        file.is_relative_to(folder) for folder in libraries
    )
