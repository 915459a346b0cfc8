"""The flip of all spins."""

from typing import TYPE_CHECKING

from sparse_nqs.fields.system import System

if TYPE_CHECKING:
    import numpy as np

    from sparse_nqs.hamiltonians import FlipTable, Lattice


def flip_sets(lattice: "Lattice", table: "FlipTable") -> "np.ndarray":
    """One flip set, all spins."""
    import numpy as np

    return np.ones((1, lattice.n_sites), dtype=bool)


def misfit(system: System) -> str | None:
    """Every system has it."""
    return None


def count(system: System) -> int:
    """One."""
    return 1


def added_rank(system: System, before: tuple[str, ...]) -> int | None:
    """One, unless bonds make it: they make all flips of an even number of spins."""
    if not set(before) <= {"bonds"}:
        return None
    return int(not before or system.n_sites % 2 == 1)
