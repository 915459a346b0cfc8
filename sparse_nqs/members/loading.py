"""Members by name."""

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

_HERE = Path(__file__).parent


@cache
def names(kind: str) -> tuple[str, ...]:
    """The names of all members of a kind, in alphabetical order, without loading any.

    Args:
        kind: a folder of this package, such as "systems".
    """
    return tuple(sorted(module.name for module in pkgutil.iter_modules([str(_HERE / kind)])))


def module_name(kind: str, name: str) -> str:
    """The dotted name of a member's module.

    Raises:
        ValueError: if there is no such member; the message says which there are.
    """
    if name not in names(kind):
        raise ValueError(f"unknown {kind.removesuffix('s')} {name!r}; allowed are {', '.join(names(kind))}")
    return f"sparse_nqs.members.{kind}.{name}"


def load(kind: str, name: str) -> ModuleType:
    """A member's module.

    Raises:
        ValueError: as `module_name`.
    """
    return import_module(module_name(kind, name))
