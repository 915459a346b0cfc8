"""Where the spins of a system lie: positions, distances, and the translations of the lattice.

Spin (x M + y) c + d is the one of number d in cell (x, y) of L x M, with c spins a cell.
"""

import numpy as np

from sparse_nqs.hamiltonians import Lattice

# The toric code's spins are the midpoints of the edges along x and y.
_EDGES = np.array([[0.5, 0.0], [0.0, 0.5]])


def positions(lattice: Lattice, *, on_edges: bool) -> np.ndarray:
    """Positions in lattice constants: float64 (N, 2).

    Args:
        lattice: how the spins are numbered.
        on_edges: whether the two spins of a cell sit on its edges; otherwise all of a cell count as at its
            corner.
    """
    x, y, spin = np.indices(lattice.shape).reshape(3, -1)
    corners = np.stack([x, y], axis=1).astype(np.float64)
    return corners + _EDGES[spin] if on_edges else corners


def distances(lattice: Lattice, *, on_edges: bool) -> np.ndarray:
    """Distances between all spins in lattice constants, across the border where it is periodic: float64 (N, N)."""
    place = positions(lattice, on_edges=on_edges)
    apart = np.abs(place[:, None] - place[None, :])
    if lattice.periodic:
        apart = np.minimum(apart, np.array([lattice.length, lattice.width]) - apart)
    return np.sqrt(np.sum(apart**2, axis=-1))


def translations(lattice: Lattice) -> np.ndarray:
    """The translations that map the lattice on itself, the identity first: int (T, N), spin i goes to row[i].

    All L M of them on a periodic lattice, in the order of the shifts (0, 0), (0, 1), ...; the identity alone on an
    open one.
    """
    spins = np.arange(lattice.n_sites).reshape(lattice.shape)
    shifts = (
        [(x, y) for x in range(lattice.length) for y in range(lattice.width)]
        if lattice.periodic
        else [(0, 0)]
    )
    return np.stack([np.roll(spins, (-x, -y), axis=(0, 1)).ravel() for x, y in shifts])
