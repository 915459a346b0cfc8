"""The Heisenberg antiferromagnet on a bipartite rectangular lattice, with the Marshall sign rotation.

H = J sum_<ij> S_i . S_j with J > 0 and S = sigma / 2, so that a bond is J/4 (XX + YY + ZZ). A rotation of one
sublattice, x + y odd, by pi about z changes the sign of X and Y of its spins. It leaves the spectrum and everything
diagonal as it is:

    H' = J/4 sum_<ij> (Z_i Z_j - X_i X_j - Y_i Y_j).

No off-diagonal element of H' is positive, so its ground state can be chosen positive (W. Marshall, Proc. R. Soc.
Lond. A 232, 48 (1955)). Observables with X are those of the rotated spins: <X_i X_j> of H is that of H' times -1 for
spins of different sublattices. Site i = x * M + y, as in `tfim`.
"""

from typing import TYPE_CHECKING

import numpy as np

from sparse_nqs.hamiltonians.tfim import bonds

if TYPE_CHECKING:
    from netket.operator import PauliStrings


def build(extent: tuple[int, int], *, periodic: bool, coupling: float) -> "PauliStrings":
    """The rotated Hamiltonian H' as a `netket.operator.PauliStrings` on L * M spins.

    Args:
        extent: (L, M); with periodic boundaries sides longer than 1 must be even, or the lattice is not bipartite.
        periodic: periodic (True) or open (False) boundaries in both directions.
        coupling: J, positive.

    Raises:
        ValueError: if a bond joins two sites of one sublattice.
    """
    import netket as nk

    n_sites = extent[0] * extent[1]
    pairs = bonds(extent, periodic=periodic)
    sublattice = np.add.outer(np.arange(extent[0]), np.arange(extent[1])).ravel() % 2
    if (sublattice[pairs[:, 0]] == sublattice[pairs[:, 1]]).any():
        raise ValueError(
            f"a periodic lattice of {extent[0]} x {extent[1]} sites is not bipartite; sides must be even"
        )
    words, weights = [], []
    for i, j in pairs:
        for letter, sign in (("Z", 1.0), ("X", -1.0), ("Y", -1.0)):
            words.append("".join(letter if site in (i, j) else "I" for site in range(n_sites)))
            weights.append(0.25 * coupling * sign)
    return nk.operator.PauliStrings(nk.hilbert.Spin(0.5, n_sites), words, weights)
