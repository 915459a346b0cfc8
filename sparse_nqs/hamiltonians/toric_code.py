"""Kitaev's toric code on an L x L torus, spins on the 2 L^2 edges.

H = -sum_v A_v - sum_p B_p with A_v the product of X over the four edges at vertex v and B_p the product of Z over
the four edges round plaquette p (A. Kitaev, Ann. Phys. 303, 2 (2003)). The ground energy is exactly -2 L^2 and
the ground space four-fold degenerate.

Edge 2 (x L + y) + d leaves vertex (x, y) along x (d = 0) or along y (d = 1).
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from netket.operator import PauliStrings


def edge(x: int, y: int, direction: int, length: int) -> int:
    """The index of the edge that leaves vertex (x, y), taken modulo L, along x (0) or y (1)."""
    return 2 * ((x % length) * length + y % length) + direction


def stars(length: int) -> np.ndarray:
    """The edges at every vertex: int (L^2, 4)."""
    return np.array(
        [
            [
                edge(x, y, 0, length),
                edge(x, y, 1, length),
                edge(x - 1, y, 0, length),
                edge(x, y - 1, 1, length),
            ]
            for x in range(length)
            for y in range(length)
        ]
    )


def plaquettes(length: int) -> np.ndarray:
    """The edges round every plaquette, whose lower corner is vertex (x, y): int (L^2, 4)."""
    return np.array(
        [
            [
                edge(x, y, 0, length),
                edge(x, y, 1, length),
                edge(x + 1, y, 1, length),
                edge(x, y + 1, 0, length),
            ]
            for x in range(length)
            for y in range(length)
        ]
    )


def winding_loops(length: int) -> np.ndarray:
    """Two sets of edges whose flip changes no B_p but is no product of stars: bool (2, N).

    The x-edges of one column of vertices, and the y-edges of one row: each crosses every closed loop that winds
    round the torus in the other direction once, and meets every plaquette in 0 or 2 edges.
    """
    loops = np.zeros((2, 2 * length**2), dtype=bool)
    for step in range(length):
        loops[0, edge(0, step, 0, length)] = True
        loops[1, edge(step, 0, 1, length)] = True
    return loops


def build(length: int) -> "PauliStrings":
    """The Hamiltonian as a `netket.operator.PauliStrings` on 2 L^2 spins, L at least 2."""
    import netket as nk

    n_sites = 2 * length**2
    words = []
    for letter, groups in (("X", stars(length)), ("Z", plaquettes(length))):
        for group in groups:
            words.append("".join(letter if site in group else "I" for site in range(n_sites)))
    return nk.operator.PauliStrings(nk.hilbert.Spin(0.5, n_sites), words, [-1.0] * len(words))
