"""Threads of OpenBLAS, the library behind the dense linear algebra of NumPy, SciPy and JAX on processors.

It reads OPENBLAS_NUM_THREADS when it is loaded, which `import numpy` does; later only its own functions count. NumPy
and SciPy bring a copy each, under names of their own.
"""

import ctypes
import os
from pathlib import Path
from typing import Any, NamedTuple

# How the copies call a function: as built from source, in SciPy, and in NumPy with 64-bit integers.
_NAMES = ("openblas_{}", "scipy_openblas_{}", "scipy_openblas_{}64_", "openblas_{}64_")


class Loaded(NamedTuple):
    """A copy of OpenBLAS in this process: its file, the processor it computes for, and its number of threads."""

    name: str
    core: str
    threads: int


def _libraries() -> list[Path]:
    """The copies that are loaded; none where the operating system does not tell."""
    maps = Path("/proc/self/maps")
    lines = maps.read_text(errors="replace").splitlines() if maps.exists() else []
    files = {line.split(maxsplit=5)[-1] for line in lines if "openblas" in line}
    return sorted(path for path in map(Path, files) if path.name.startswith("lib"))


def _function(library: ctypes.CDLL, what: str) -> Any:
    found = (getattr(library, name.format(what), None) for name in _NAMES)
    return next((function for function in found if function is not None), None)


def loaded() -> list[Loaded]:
    """The copies of OpenBLAS in this process."""
    found = []
    for path in _libraries():
        library = ctypes.CDLL(str(path))
        core, threads = _function(library, "get_corename"), _function(library, "get_num_threads")
        if core is not None and threads is not None:
            core.restype = ctypes.c_char_p
            found.append(Loaded(path.name, core().decode(), threads()))
    return found


def set_threads(count: int) -> None:
    """Set the number of threads of all copies, those that are loaded and those that will be."""
    os.environ["OPENBLAS_NUM_THREADS"] = str(count)
    for path in _libraries():
        function = _function(ctypes.CDLL(str(path)), "set_num_threads")
        if function is not None:
            function(ctypes.c_int(count))
