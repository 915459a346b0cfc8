"""A user's own code, named by a dotted path "package.module:name": loaded, called, and its faults told in one line.

A leaf: hamiltonians and networks load with it what a study names; config takes its paths apart with it, and loads
nothing.
"""

import importlib
import inspect
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sparse_nqs.errors import WorkError

_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)
# Of a message from elsewhere, which may be pages.
_LONGEST = 300


class UserCodeError(WorkError):
    """A user's own code is not found, cannot be called as agreed, or raises an exception."""


def split_path(path: str) -> tuple[str, str]:
    """The module and the name in it.

    Raises:
        ValueError: if the path is not of that form.
    """
    if not _PATH.fullmatch(path):
        raise ValueError("must be a dotted path of the form package.module:name")
    module, name = path.split(":")
    return module, name


def make(path: str, lattice: object, options: dict[str, Any]) -> Any:
    """What `name(lattice=lattice, **options)` returns, for the function or class at "package.module:name".

    Args:
        path: the function or class; its module is imported as jobs do, from the working folder first.
        lattice: the `Lattice` of a system.
        options: plain values, the other keyword arguments.

    Raises:
        UserCodeError: if there is nothing of this name, it takes other arguments, or it or its module raises.
    """
    arguments = f"lattice and the options {', '.join(options) or '(none)'}"
    function = _load(path)
    try:
        inspect.signature(function).bind(lattice=lattice, **options)
    except (TypeError, ValueError) as error:
        raise UserCodeError(f"{path}: cannot be called with {arguments}: {error}") from error
    with faults_of(path, f"called with {arguments}"):
        return function(lattice=lattice, **options)


@contextmanager
def faults_of(path: str, doing: str) -> Iterator[None]:
    """Within it, an exception of the user's code becomes one line that says where in that code it came from.

    Args:
        path: the code.
        doing: when that happens, after "when ".

    Raises:
        UserCodeError: for every exception that is not a `WorkError` already.
    """
    try:
        yield
    except WorkError:
        raise
    except Exception as error:
        message = " ".join(str(error).split())
        if len(message) > _LONGEST:
            message = f"{message[:_LONGEST]}..."
        raise UserCodeError(
            f"{path}: {type(error).__name__} when {doing}: {message or 'no message'}{_place(path, error)}"
        ) from error


def _load(path: str) -> Callable:
    try:
        module_name, name = split_path(path)
    except ValueError as error:
        raise UserCodeError(f"{path}: {error}") from error
    # With PYTHONSAFEPATH Python itself leaves the working folder out.
    if sys.flags.safe_path and os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    with faults_of(path, "imported"):
        try:
            module = importlib.import_module(module_name)
        except ModuleNotFoundError as error:
            raise UserCodeError(
                f"{path}: {error}; it must be in the working folder or on PYTHONPATH"
            ) from error
    if not hasattr(module, name):
        raise UserCodeError(f"{path}: the module {module_name} has no {name}")
    function = getattr(module, name)
    if not callable(function):
        raise UserCodeError(f"{path} is {type(function).__name__}; allowed is a function or a class")
    return function


def _place(path: str, error: Exception) -> str:
    """The innermost line of the user's package that an exception came through; "" if there is none."""
    package = path.split(":")[0].split(".")[0]
    lines = [
        (frame.f_code.co_filename, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_globals.get("__name__", "").split(".")[0] == package
    ]
    return " ({}, line {})".format(*lines[-1]) if lines else ""
