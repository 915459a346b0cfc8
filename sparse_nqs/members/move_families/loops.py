"""Two loops that wind round a torus."""

from typing import TYPE_CHECKING

from sparse_nqs.fields.system import System

if TYPE_CHECKING:
    import numpy as np

    from sparse_nqs.hamiltonians import FlipTable, Lattice


def flip_sets(lattice: "Lattice", table: "FlipTable") -> "np.ndarray":
    """Sets of edges whose flip changes no B_p and is no product of stars, one a direction."""
    from sparse_nqs.hamiltonians.toric_code import winding_loops

    return winding_loops(lattice.length)


def misfit(system: System) -> str | None:
    """Spins must lie on the edges of an L x L torus."""
    return None if system.model == "toric_code" else "must be without loops, which only the toric code has"


def count(system: System) -> int:
    """One a direction."""
    return 2


def added_rank(system: System, before: tuple[str, ...]) -> int | None:
    """Two: no loop is a product of stars."""
    return 2 if set(before) <= {"stars"} else None
