"""X_i of every spin; its total is <sum_i X_i>."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from sparse_nqs.hamiltonians import Lattice

LETTER = "x"
MEANING = "X_i"


def sites(lattice: "Lattice") -> "np.ndarray":
    """Every spin."""
    from sparse_nqs.evaluation.observables import every_spin

    return every_spin(lattice.n_sites)


def flips(n_sites: int) -> float:
    """One a spin."""
    return n_sites
