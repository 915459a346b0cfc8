"""Where weights sit on a lattice, and what the weights of one hidden unit form there.

Coordinates are in lattice constants, x to the right and y upwards. The torus is drawn as its cell with the
left and lower border repeated on the right and on top, so that every plaquette, also one across the border,
is a square.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from sparse_nqs.hamiltonians.toric_code import edge, plaquettes


class Unit(NamedTuple):
    """One hidden unit with surviving weights.

    Attributes:
        number: the unit's number in the network.
        sites: int (K,), the spins it is connected to, ascending.
        weights: float64 (K,).
        plaquette: number of the toric-code plaquette (in the order of `toric_code.plaquettes`) whose four
            edges are exactly its spins, otherwise None.
    """

    number: int
    sites: np.ndarray
    weights: np.ndarray
    plaquette: int | None

    @property
    def odd(self) -> bool:
        """True if an odd number of weights is negative."""
        return bool(np.sum(self.weights < 0) % 2)


def units(weights: pd.DataFrame, *, toric_length: int | None) -> list[Unit]:
    """The hidden units of one state in the order in which they are drawn.

    Units that are exactly one plaquette come first, by plaquette and parity; then the others, those with the
    most weights first and, among equals, by their spins.

    Args:
        weights: rows of the weights table of one state.
        toric_length: L of the toric code, None for a lattice of sites.
    """
    squares = [] if toric_length is None else plaquettes(toric_length).tolist()
    known = {frozenset(square): number for number, square in enumerate(squares)}
    found = []
    for index, rows in weights.sort_values(["unit", "site"]).groupby("unit", sort=True):
        sites = rows["site"].to_numpy(dtype=np.int64)
        values = rows["weight"].to_numpy(dtype=np.float64)
        found.append(Unit(int(index), sites, values, known.get(frozenset(sites.tolist()))))

    def order(unit: Unit) -> tuple:
        if unit.plaquette is not None:
            return (0, unit.plaquette, not unit.odd, unit.number)
        return (1, -len(unit.sites), *unit.sites.tolist(), unit.number)

    return sorted(found, key=order)


def edge_segments(length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The edges of the extended cell of an L x L torus.

    Returns:
        Segments, float (S, 2, 2) (end, coordinate), S = 2 L (L + 1); the edge of each, int (S,); whether it
        is the repetition of a border edge, bool (S,).
    """
    segments, edges, repeated = [], [], []
    for x in range(length + 1):
        for y in range(length + 1):
            for direction, (dx, dy) in enumerate(((1, 0), (0, 1))):
                if x + dx <= length and y + dy <= length:
                    segments.append([[x, y], [x + dx, y + dy]])
                    edges.append(edge(x, y, direction, length))
                    repeated.append(x == length or y == length)
    return np.array(segments, dtype=np.float64), np.array(edges), np.array(repeated)


def leading_copies(segments: np.ndarray, edges: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """Choose the copy of a border edge that is better connected to the other surviving edges.

    Args:
        segments: float (S, 2, 2), from `edge_segments`.
        edges: int (S,), from `edge_segments`.
        sites: int (K,), the surviving edges.

    Returns:
        bool (S,): the segments to emphasise, one for each surviving edge. A plaquette comes out as a square.
    """
    alive = np.flatnonzero(np.isin(edges, sites))
    ends = segments[alive]
    touching = (ends[:, None, :, None] == ends[None, :, None, :]).all(axis=-1).any(axis=(-1, -2))
    degree = touching.sum(axis=1)
    best: dict[int, int] = {}
    for row, segment in enumerate(alive.tolist()):
        # Ties go to the original, which comes before its repetition.
        site = int(edges[segment])
        if site not in best or degree[row] > degree[best[site]]:
            best[site] = row
    leading = np.zeros(len(edges), dtype=bool)
    leading[alive[list(best.values())]] = True
    return leading


def plaquette_corner(number: int, length: int) -> tuple[int, int]:
    """The lower left corner of a plaquette in the extended cell."""
    return divmod(number, length)
