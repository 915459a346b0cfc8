"""X_i X_j of every pair of spins; its total is <(sum_i X_i)^2>."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from sparse_nqs.hamiltonians import Lattice

LETTER = "x"
MEANING = "X_i X_j"


def sites(lattice: "Lattice") -> "np.ndarray":
    """Every pair of spins."""
    from sparse_nqs.evaluation.observables import every_pair

    return every_pair(lattice.n_sites)


def flips(n_sites: int) -> float:
    """One a pair."""
    return n_sites**2 / 2
