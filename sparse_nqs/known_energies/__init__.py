"""Ground energies that took long to compute, with what computed them: a table that comes with the package.

`make known-energies` makes it from configs/references.yaml. A leaf: it imports nothing else of this package.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_KEYS = ("model", "boundary", "coupling", "field")


@cache
def entries() -> tuple[dict[str, Any], ...]:
    """All entries.

    Returns:
        By entry `system` (as in a config), `reference` (the fields of `references.Reference`; energies in units of the
        system's, as of all its spins), `seconds` (processor time) and `made_by` (spec_hash, code_hash, versions).
    """
    path = files("sparse_nqs.known_energies").joinpath("data", "ground_energies.json")
    return tuple(json.loads(path.read_text(encoding="utf-8")))


def find(system: Mapping[str, Any]) -> dict[str, Any] | None:
    """The entry of a system, on its side or not; None if there is none.

    Args:
        system: the system's part of a study.
    """
    return next((entry for entry in entries() if _key(entry["system"]) == _key(system)), None)


def _key(system: Mapping[str, Any]) -> tuple:
    return (sorted(system.get("extent", ())), *(system.get(name) for name in _KEYS))
