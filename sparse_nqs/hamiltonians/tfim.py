"""The transverse-field Ising model on a rectangular lattice.

H = -J sum_<ij> Z_i Z_j - kappa sum_i X_i, with site i = x * M + y at column x of L and row y of M.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from netket.operator import PauliStrings


def bonds(extent: tuple[int, int], *, periodic: bool) -> np.ndarray:
    """Nearest-neighbour pairs, each once: int (B, 2).

    A periodic side of length 2 has one bond between its two sites, not two.
    """
    length, width = extent
    site = np.arange(length * width).reshape(length, width)
    pairs = [
        np.stack([site[:-1].ravel(), site[1:].ravel()], axis=1),
        np.stack([site[:, :-1].ravel(), site[:, 1:].ravel()], axis=1),
    ]
    if periodic and length > 2:
        pairs.append(np.stack([site[-1], site[0]], axis=1))
    if periodic and width > 2:
        pairs.append(np.stack([site[:, -1], site[:, 0]], axis=1))
    return np.concatenate(pairs)


def build(extent: tuple[int, int], *, periodic: bool, coupling: float, field: float) -> "PauliStrings":
    """The Hamiltonian as a `netket.operator.PauliStrings` on L * M spins.

    Args:
        extent: (L, M), each at least 1, with at least 2 sites.
        periodic: periodic (True) or open (False) boundaries in both directions.
        coupling: J, the energy of a bond.
        field: kappa, the transverse field.
    """
    import netket as nk

    n_sites = extent[0] * extent[1]
    words, weights = [], []
    for i, j in bonds(extent, periodic=periodic):
        words.append("".join("Z" if site in (i, j) else "I" for site in range(n_sites)))
        weights.append(-coupling)
    for i in range(n_sites):
        words.append("".join("X" if site == i else "I" for site in range(n_sites)))
        weights.append(-field)
    return nk.operator.PauliStrings(nk.hilbert.Spin(0.5, n_sites), words, weights)
