"""The four edges at every vertex of a torus."""

from typing import TYPE_CHECKING

from sparse_nqs.fields.system import System

if TYPE_CHECKING:
    import numpy as np

    from sparse_nqs.hamiltonians import FlipTable, Lattice


def flip_sets(lattice: "Lattice", table: "FlipTable") -> "np.ndarray":
    """A star a vertex."""
    from sparse_nqs.hamiltonians.moves import sets_of
    from sparse_nqs.hamiltonians.toric_code import stars

    return sets_of(stars(lattice.length), lattice.n_sites)


def misfit(system: System) -> str | None:
    """Spins must lie on the edges of an L x L torus."""
    return None if system.model == "toric_code" else "must be without stars, which only the toric code has"


def count(system: System) -> int:
    """One a vertex."""
    return system.extent[0] * system.extent[1]


def added_rank(system: System, before: tuple[str, ...]) -> int | None:
    """All but one are independent: the product of all stars is 1. No product of loops is one of stars."""
    return count(system) - 1 if set(before) <= {"loops"} else None
