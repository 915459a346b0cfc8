"""A user's own code, named by a dotted path "package.module:name": where it lies, and a hash of it.

Nothing is imported here: the file is found as a job would find it, in the working folder, then on Python's path.
"""

import importlib.util
import sys
from collections.abc import Iterable
from hashlib import file_digest
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from sparse_nqs.hashing.fingerprint import whole_fingerprint
from sparse_nqs.messages import ConfigError
from sparse_nqs.shadows import hidden_library
from sparse_nqs.user_code import split_path


def module_file(module: str) -> Path:
    """The Python file of a module.

    Raises:
        ValueError: if there is none.
    """
    return _find(module)[0]


def _find(module: str) -> tuple[Path, Path]:
    """The file of a module, and the folder (or file without suffix) of the top-level name that it is below."""
    top, *words = module.split(".")
    if top in sys.stdlib_module_names:
        raise ValueError(f"must name a module of yours, and {top} is Python's own; another name is needed")
    place = _top_level(top)
    if place is not None and place.resolve().parent == Path.cwd():
        hidden = hidden_library(top, Path.cwd())
        if hidden is not None:
            raise ValueError(
                f"must name a module that hides no library, and {top} in the working folder hides {hidden}; "
                "another name is needed"
            )
    if place is not None:
        inner = place.joinpath(*words)
        for file in (inner / "__init__.py", inner.with_suffix(".py")):
            if file.is_file():
                return file.resolve(), place
    raise ValueError(
        f"must name a module that can be found, and there is no Python file of {module} in the working folder "
        "or on Python's path (PYTHONPATH)"
    )


def plugin_fingerprint(path: str) -> str:
    """Hash of the code behind a dotted path: its module and all that this imports of its own package.

    A module that is in no package is hashed alone.

    Raises:
        ValueError: if the module is not found, or a file is not valid Python.
    """
    module, _ = split_path(path)
    file, place = _find(module)
    return whole_fingerprint(file, place)


def require_file(path: str) -> None:
    """Open a file that a user's code reads.

    Raises:
        ValueError: if there is no file of this name, from the working folder on, or it cannot be read.
    """
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        raise ValueError(
            f"must be a file that can be read, and in the working folder it is not: {error.strerror}"
        ) from error


def file_digests(paths: Iterable[str]) -> dict[str, str]:
    """A hash of the bytes of each file, by its path: 16 hexadecimal digits.

    Raises:
        ConfigError: if one has gone since the config was checked.
    """
    digests = {}
    for path in sorted(paths):
        try:
            with open(path, "rb") as file:
                digests[path] = file_digest(file, "sha256").hexdigest()[:16]
        except OSError as error:
            raise ConfigError([f"files: {path} cannot be read: {error.strerror}"]) from error
    return digests


def _top_level(name: str) -> Path | None:
    """The folder of a top-level package, or a top-level module's file without its suffix; None if not found."""
    # Jobs run as `python -m`, which looks in the working folder first; a Snakemake process does not look there.
    spec = PathFinder.find_spec(name, [str(Path.cwd())]) or _installed(name)
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    return Path(spec.origin).with_suffix("") if spec.has_location and spec.origin else None


def _installed(name: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except ValueError:  # a module that was not loaded from a file, such as __main__
        return None
