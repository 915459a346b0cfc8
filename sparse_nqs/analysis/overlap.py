"""How much two masks have in common, up to the order of their hidden units and their place on the lattice.

The overlap of masks a and b is 2 |a and b| / (|a| + |b|), the largest over all ways to identify their hidden units (a
linear assignment) and over the translations of the lattice. Even for unrelated masks such a maximum is well above
their density. So it is compared with that of random masks whose spins and units have the same degrees. Pairs of units
trade weights to make them (curveball; G. Strona et al., Nat. Commun. 5, 4114 (2014)).
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

# Enough for every unit to meet many others, see the test.
_SWEEPS = 30


class Overlap(NamedTuple):
    """The overlap of two masks.

    Attributes:
        value: between 0 and 1; 1 for equal masks.
        translation: the row of the translations that b is moved by.
    """

    value: float
    translation: int


class Expectation(NamedTuple):
    """The overlap of random masks of the same degrees.

    Attributes:
        mean: over the draws.
        deviation: standard deviation of one draw.
    """

    mean: float
    deviation: float


def overlap(a: np.ndarray, b: np.ndarray, translations: np.ndarray | None = None) -> Overlap:
    """The overlap of two masks, modulo permutations of hidden units and translations.

    Args:
        a: bool (N, H).
        b: bool (N, H'); H' may differ.
        translations: int (T, N), from `geometry.translations`; None for the identity alone.
    """
    weights = int(a.sum()) + int(b.sum())
    if weights == 0:
        return Overlap(1.0, 0)
    if translations is None:
        translations = np.arange(len(a))[None]
    a, b = _live(a), _live(b)
    shared = []
    for row in translations:
        moved = np.empty_like(b)
        moved[row] = b
        shared.append(a.T @ moved)
    # No assignment has more than the best partner of every unit, so hopeless translations are left out.
    bounds = [
        min(common.max(axis=1).sum(), common.max(axis=0).sum()) if common.size else 0.0 for common in shared
    ]
    best, chosen = -1.0, 0
    for index in np.argsort(-np.array(bounds), kind="stable").tolist():
        if bounds[index] <= best:
            break
        rows, columns = linear_sum_assignment(shared[index], maximize=True)
        total = float(shared[index][rows, columns].sum())
        if total > best:
            best, chosen = total, index
    return Overlap(2 * best / weights, chosen)


def random_overlap(
    a: np.ndarray,
    b: np.ndarray,
    rng: np.random.Generator,
    translations: np.ndarray | None = None,
    *,
    fixed: bool = False,
    draws: int | None = None,
) -> Expectation:
    """The expected overlap of unrelated masks with the degrees of a and b.

    Args:
        a, b, translations: as for `overlap`: masks bool (N, H_a) and (N, H_b), and int (T, N).
        rng: where the random masks come from.
        fixed: whether a is kept as it is and only b drawn at random.
        draws: how many, at least 2; None for 20, and fewer for wide networks, whose overlaps spread less: down to 3.
    """
    draws = max(3, min(20, 2000 // a.shape[1])) if draws is None else draws
    values = [
        overlap(a if fixed else same_degrees(a, rng), same_degrees(b, rng), translations).value
        for _ in range(draws)
    ]
    return Expectation(float(np.mean(values)), float(np.std(values, ddof=1)))


def same_degrees(mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random mask, bool (N, H), in which every spin and every hidden unit has as many weights as in `mask`.

    In each sweep the units are paired at random; a pair pools the spins that only one of the two has and divides them
    anew, so that each keeps its number.
    """
    result = mask.copy()
    half = mask.shape[1] // 2
    for _ in range(_SWEEPS):
        order = rng.permutation(mask.shape[1])
        left, right = order[:half], order[half : 2 * half]
        one, other = result[:, left], result[:, right]
        pooled = one != other
        wanted = (one & pooled).sum(axis=0)
        # Rank of every pooled spin in a random order, others last.
        keys = np.where(pooled, rng.random(pooled.shape), 2.0)
        rank = keys.argsort(axis=0).argsort(axis=0)
        first = pooled & (rank < wanted)
        result[:, left] = (one & ~pooled) | first
        result[:, right] = (other & ~pooled) | (pooled & ~first)
    return result


def _live(mask: np.ndarray) -> np.ndarray:
    return mask[:, mask.any(axis=0)].astype(np.float64)
