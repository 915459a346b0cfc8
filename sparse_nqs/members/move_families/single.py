"""Flips of one spin: what every sweep proposes unless a mix says otherwise."""

from typing import TYPE_CHECKING

from sparse_nqs.fields.system import System

if TYPE_CHECKING:
    import numpy as np

    from sparse_nqs.hamiltonians import FlipTable, Lattice


def flip_sets(lattice: "Lattice", table: "FlipTable") -> "np.ndarray":
    """Each spin by itself."""
    from sparse_nqs.hamiltonians.moves import single_flips

    return single_flips(lattice.n_sites)


def misfit(system: System) -> str | None:
    """Every system has it."""
    return None


def count(system: System) -> int:
    """One a spin."""
    return system.n_sites


def added_rank(system: System, before: tuple[str, ...]) -> int | None:
    """All that is left: single flips reach every configuration."""
    return system.n_sites if not before else None
