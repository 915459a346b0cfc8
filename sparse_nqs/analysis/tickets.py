"""The surviving weights of one FFNN mask: what each hidden unit is connected to, and how that is distributed.

Masks are bool (N, H), spins by hidden units. A unit that has lost all its weights is dead and counts nowhere but among
the degrees.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from sparse_nqs.hamiltonians.toric_code import plaquettes


class Units(NamedTuple):
    """The live hidden units of a mask, U of them, by their number.

    Attributes:
        number: int (U,), their numbers in the network.
        degree: int (U,), surviving weights.
        negative: int (U,), those below zero.
    """

    number: np.ndarray
    degree: np.ndarray
    negative: np.ndarray

    @property
    def odd(self) -> np.ndarray:
        """Whether the product of a unit's weights is negative: bool (U,)."""
        return self.negative % 2 == 1


class Plaquettes(NamedTuple):
    """How far a mask is made of complete plaquettes of the toric code.

    Attributes:
        units: units whose spins are exactly the four edges of one plaquette.
        odd_units: those among them with an odd number of negative weights.
        covered: different plaquettes that an odd unit is on, at most L^2.
        patterns: different pairs of plaquette and odd sign pattern, at most 8 L^2; the analytic network has all.
    """

    units: int
    odd_units: int
    covered: int
    patterns: int


class Distribution(NamedTuple):
    """A histogram and what a random mask with as many weights would have.

    Attributes:
        at: float64 (B,), ascending.
        counts: int (B,).
        random: float64 (B,), the expected fraction; adds up to 1.
    """

    at: np.ndarray
    counts: np.ndarray
    random: np.ndarray

    @property
    def fraction(self) -> np.ndarray:
        """Counts over their sum, all 0 if nothing was counted: float64 (B,)."""
        return self.counts / max(1, self.counts.sum())

    @property
    def mean(self) -> float:
        """The mean of `at`; nan if nothing was counted."""
        return float(self.at @ self.fraction) if self.counts.any() else float("nan")


def live_units(mask: np.ndarray, kernel: np.ndarray) -> Units:
    """The live units of a mask and the weights under it, float64 (N, H)."""
    degree = mask.sum(axis=0)
    index = np.flatnonzero(degree)
    negative = ((kernel < 0) & mask).sum(axis=0)
    return Units(index, degree[index], negative[index])


def plaquette_of_units(mask: np.ndarray, length: int) -> np.ndarray:
    """The plaquette whose four edges are exactly a unit's spins, in the order of `toric_code.plaquettes`.

    Args:
        mask: bool (2 L^2, H).
        length: the torus' side L.

    Returns:
        int (H,), -1 for units that are not one plaquette.
    """
    edges = plaquettes(length)
    shared = mask[edges].sum(axis=1)  # (L^2, H)
    exact = (shared == edges.shape[1]) & (mask.sum(axis=0) == edges.shape[1])
    return np.where(exact.any(axis=0), exact.argmax(axis=0), -1)


def count_plaquettes(mask: np.ndarray, kernel: np.ndarray, length: int) -> Plaquettes:
    """Count complete plaquettes among the units.

    Args:
        mask: bool (2 L^2, H).
        kernel: float64 (2 L^2, H).
        length: the torus' side L.
    """
    on = plaquette_of_units(mask, length)
    units = np.flatnonzero(on >= 0)
    edges = plaquettes(length)[on[units]]
    signs = np.where(kernel[edges, units[:, None]] < 0, -1, 1)
    odd = signs.prod(axis=1) < 0
    found = {
        (plaquette, *pattern)
        for plaquette, pattern in zip(on[units[odd]].tolist(), signs[odd].tolist(), strict=True)
    }
    return Plaquettes(
        units=len(units),
        odd_units=int(odd.sum()),
        covered=len(set(on[units[odd]].tolist())),
        patterns=len(found),
    )


def unit_degrees(mask: np.ndarray) -> Distribution:
    """Weights of the hidden units of a mask, bool (N, H), dead ones included; random: hypergeometric."""
    return _degrees(mask.sum(axis=0), mask.shape[0], mask)


def site_degrees(mask: np.ndarray) -> Distribution:
    """Of the weights of a spin in a mask, bool (N, H); random: hypergeometric."""
    return _degrees(mask.sum(axis=1), mask.shape[1], mask)


def unit_distances(mask: np.ndarray, distances: np.ndarray) -> Distribution:
    """Distances between the spins that a hidden unit joins, a count for each pair in each unit.

    A hidden unit has no place on the lattice, but its spins have. Random: all pairs of spins alike.

    Args:
        mask: bool (N, H).
        distances: float64 (N, N), from `geometry.distances`.
    """
    joined = mask.astype(np.int64) @ mask.T.astype(np.int64)
    upper = np.triu_indices(len(mask), k=1)
    at, which = np.unique(distances[upper].round(9), return_inverse=True)
    count = np.bincount(which, weights=joined[upper], minlength=len(at)).astype(np.int64)
    return Distribution(at, count, np.bincount(which, minlength=len(at)) / len(which))


def _degrees(degrees: np.ndarray, most: int, mask: np.ndarray) -> Distribution:
    at = np.arange(most + 1)
    total, alive = mask.size, int(mask.sum())
    # Hypergeometric: `alive` marked ones among `total`, of which a unit or a spin draws `most`.
    missing = alive - at
    possible = (missing >= 0) & (missing <= total - most)
    log = np.full(len(at), -np.inf)
    k = at[possible]
    log[possible] = _log_binomial(most, k) + _log_binomial(total - most, alive - k)
    random = np.exp(log - _log_binomial(total, alive))
    return Distribution(at.astype(np.float64), np.bincount(degrees, minlength=most + 1), random)


def _log_binomial(n: int, k: np.ndarray | int) -> np.ndarray:
    return gammaln(n + 1) - gammaln(np.asarray(k) + 1) - gammaln(n - np.asarray(k) + 1)
