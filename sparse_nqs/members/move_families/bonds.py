"""Pairs of nearest neighbours."""

from typing import TYPE_CHECKING

from sparse_nqs.fields.system import System

if TYPE_CHECKING:
    import numpy as np

    from sparse_nqs.hamiltonians import FlipTable, Lattice


def flip_sets(lattice: "Lattice", table: "FlipTable") -> "np.ndarray":
    """Each nearest-neighbour pair once."""
    from sparse_nqs.hamiltonians.moves import sets_of
    from sparse_nqs.hamiltonians.tfim import bonds

    return sets_of(bonds((lattice.length, lattice.width), periodic=lattice.periodic), lattice.n_sites)


def misfit(system: System) -> str | None:
    """Bonds join sites."""
    if system.spins_per_cell > 1:
        return "must be without bonds, which join sites, unless spins_per_cell is 1"
    return None


def count(system: System) -> int:
    """Two a site, as on a torus."""
    return 2 * system.n_sites


def added_rank(system: System, before: tuple[str, ...]) -> int | None:
    """Neighbours make all flips of an even number of spins, N - 1 dimensions."""
    if not set(before) <= {"global"}:
        return None
    return system.n_sites - 1 - ("global" in before and system.n_sites % 2 == 0)
