"""What the Hamiltonian itself flips together, but for single spins."""

from typing import TYPE_CHECKING

from sparse_nqs.fields.system import System

if TYPE_CHECKING:
    import numpy as np

    from sparse_nqs.hamiltonians import FlipTable, Lattice


def flip_sets(lattice: "Lattice", table: "FlipTable") -> "np.ndarray":
    """The flip sets of the Hamiltonian's off-diagonal terms, of two spins or more."""
    return table.flip_sets[table.flip_sets.sum(axis=1) > 1]


def misfit(system: System) -> str | None:
    """Every system has it."""
    return None


def count(system: System) -> int:
    """About as many as off-diagonal terms."""
    return system.off_diagonal_terms


def added_rank(system: System, before: tuple[str, ...]) -> int | None:
    """Only the job that has the Hamiltonian knows."""
    return None
