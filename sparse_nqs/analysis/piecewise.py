"""Continuous broken lines: least squares with free knots, and the number of segments by BIC.

y(x) = a + b x + sum_j d_j max(x - t_j, 0) with K segments has K - 1 knots t_j. For given knots it is a linear
problem; the knots are first searched among the abscissae, all combinations of them, and then moved freely by
Gauss-Newton steps, in which dy/dt_j = -d_j [x > t_j] (V. Muggeo, Stat. Med. 22, 3055 (2003)). A bootstrap needs many
ordinates over the same abscissae, so all are done at once.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np

# A segment holds at least so many different abscissae, its ends not counted.
LEAST_INSIDE = 2
# The number of abscissae, evenly chosen, that are tried as knots: 3 out of 48 are 17296 combinations.
_MOST_CANDIDATES = 48
_STARTS = 30
_SWEEPS = 10
_REFINEMENTS = 25
_LONGEST_STEP = 0.1
# Keeps a solution defined if two knots are as good as one; abscissae have a range of 1.
_RIDGE = 1e-10
_ROUNDING = 1e-8


class Fit(NamedTuple):
    """R fits of K segments.

    Attributes:
        knots: float64 (R, K - 1), ascending.
        coefficients: float64 (R, K + 1): a, b, d_1, ... of the module's docstring.
        rss: float64 (R,), the sum of squared residuals.
    """

    knots: np.ndarray
    coefficients: np.ndarray
    rss: np.ndarray

    @property
    def slopes(self) -> np.ndarray:
        """Of every segment, from small x to large: float64 (R, K)."""
        return np.cumsum(self.coefficients[:, 1:], axis=1)


def value(fit: Fit, x: np.ndarray) -> np.ndarray:
    """The fitted ordinates at x, float64 (P,): float64 (R, P)."""
    return (_design(x, fit.knots) @ fit.coefficients[:, :, None])[..., 0]


def leverages(fit: Fit, x: np.ndarray) -> np.ndarray:
    """How much each ordinate of the first fit follows its own point, dy_fit / dy, knots included: float64 (P,)."""
    columns = np.concatenate([_design(x, fit.knots), _tangents(x, fit.knots, fit.coefficients)], axis=2)[0]
    orthogonal, _ = np.linalg.qr(columns)
    return np.sum(orthogonal**2, axis=1)


def most_segments(x: np.ndarray, limit: int) -> int:
    """The largest number of segments, at most `limit`, that the different abscissae in x (P,) allow; at least 1."""
    distinct = len(np.unique(x))
    return max(1, min(limit, (distinct - 1) // (LEAST_INSIDE + 1)))


def choose(x: np.ndarray, y: np.ndarray, limit: int) -> tuple[Fit, np.ndarray]:
    """The fit with the number of segments that the Bayesian information criterion prefers.

    BIC = P ln(RSS / P) + k ln P for P points; K segments have k = 2 K + 1 parameters: K + 1 coefficients, K - 1 knots
    and the variance (G. Schwarz, Ann. Stat. 6, 461 (1978)).

    Args:
        x: float64 (P,), at least two of them different.
        y: float64 (P,).
        limit: the largest number of segments.

    Returns:
        The fit, R = 1, and the BIC of 1, 2, ... segments, as many as the abscissae allow.
    """
    fits = [refit(x, y[None], count) for count in range(1, most_segments(x, limit) + 1)]
    points = len(x)
    # What is left to rounding is no reason for another segment.
    rounding = _ROUNDING**2 * np.var(y) + np.finfo(float).tiny
    mean_squares = np.array([fit.rss[0] for fit in fits]) / points + rounding
    bic = points * np.log(mean_squares) + (2 * np.arange(1, len(fits) + 1) + 1) * np.log(points)
    return fits[int(np.argmin(bic))], bic


def refit(x: np.ndarray, y: np.ndarray, segments: int) -> Fit:
    """The least-squares fits with a given number of segments.

    Args:
        x: float64 (P,).
        y: float64 (R, P), one fit a row.
        segments: K.

    Raises:
        ValueError: if the abscissae allow fewer segments only.
    """
    if segments > most_segments(x, segments):
        raise ValueError(f"{segments} segments are more than {len(np.unique(x))} different abscissae allow")
    centre, scale = np.mean(x), np.ptp(x)
    scaled = (x - centre) / scale
    distinct = np.unique(scaled)
    knots = _search(scaled, y, distinct, segments - 1)
    knots, coefficients, rss = _refine(scaled, y, distinct, knots)
    coefficients[:, 1:] /= scale
    coefficients[:, 0] -= coefficients[:, 1] * centre
    return Fit(centre + scale * knots, coefficients, rss)


def _search(x: np.ndarray, y: np.ndarray, distinct: np.ndarray, count: int) -> np.ndarray:
    """The best knots among the abscissae, for every row of y: float64 (R, count).

    All combinations are tried for the mean of y; each row starts from the best of them and moves one knot at a time
    while that helps.
    """
    if count == 0:
        return np.empty((len(y), 0))
    inner = distinct[1:-1]
    places = np.linspace(0, len(inner) - 1, min(len(inner), _MOST_CANDIDATES))
    candidates = inner[places.round().astype(int)]
    combined = np.array(list(combinations(range(len(candidates)), count)))
    combined = combined[_spaced(distinct, candidates[combined])]
    basis = _design(x, candidates[None])[0]
    gram, moment = basis.T @ basis, y @ basis

    gains = _gains(gram, moment.mean(axis=0)[None], combined[None])[0]
    starts = combined[np.argsort(-gains, kind="stable")[:_STARTS]]
    gains = _gains(gram, moment, np.broadcast_to(starts, (len(y), *starts.shape)))
    best, gain = starts[np.argmax(gains, axis=1)], gains.max(axis=1)
    rows, options = np.arange(len(y)), np.arange(len(candidates))
    for _ in range(_SWEEPS):
        before = gain
        for position in range(count):
            trial = np.repeat(best[:, None], len(options), axis=1)
            trial[..., position] = options
            trial = np.where(_spaced(distinct, candidates[trial])[..., None], trial, best[:, None])
            gains = _gains(gram, moment, trial)
            best, gain = trial[rows, np.argmax(gains, axis=1)], gains.max(axis=1)
        if (gain <= before * (1 + 1e-12)).all():
            break
    return candidates[best]


def _refine(
    x: np.ndarray, y: np.ndarray, distinct: np.ndarray, knots: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Move the knots while the sum of squares falls; returns them, coefficients and sums of squares."""
    coefficients, rss = _solve_given(x, y, knots)
    count = knots.shape[1]
    step = np.ones(len(knots))
    for _ in range(_REFINEMENTS if count else 0):
        design = _design(x, knots)
        residual = y - (design @ coefficients[:, :, None])[..., 0]
        full = np.concatenate([design, _tangents(x, knots, coefficients)], axis=2)
        direction = np.clip(_least_squares(full, residual)[:, -count:], -_LONGEST_STEP, _LONGEST_STEP)
        trial = knots + step[:, None] * direction
        trial = np.where(_spaced(distinct, trial)[:, None], trial, knots)
        new_coefficients, new_rss = _solve_given(x, y, trial)
        better = new_rss < rss
        knots = np.where(better[:, None], trial, knots)
        coefficients = np.where(better[:, None], new_coefficients, coefficients)
        rss = np.where(better, new_rss, rss)
        step = np.where(better, np.minimum(1.0, 2 * step), step / 3)
    return knots, coefficients, rss


def _spaced(distinct: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Whether knots ascend and every segment holds enough abscissae: bool (...) for knots (..., count)."""
    below = np.searchsorted(distinct, knots, side="left")
    up_to = np.searchsorted(distinct, knots, side="right")
    # The outer segments end at the first and the last abscissa.
    start = np.concatenate([np.ones_like(up_to[..., :1]), up_to], axis=-1)
    end = np.concatenate([below, np.full_like(below[..., :1], len(distinct) - 1)], axis=-1)
    return (end - start >= LEAST_INSIDE).all(axis=-1)


def _design(x: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """1, x and the hinges at knots (R, C): float64 (R, P, C + 2)."""
    line = np.broadcast_to(np.stack([np.ones_like(x), x], axis=1), (len(knots), len(x), 2))
    return np.concatenate([line, np.maximum(x[None, :, None] - knots[:, None, :], 0.0)], axis=2)


def _tangents(x: np.ndarray, knots: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """dy/dt_j: float64 (R, P, C)."""
    return -coefficients[:, None, 2:] * (x[None, :, None] > knots[:, None])


def _solve_given(x: np.ndarray, y: np.ndarray, knots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (R, count + 2) and sums of squares (R,) for given knots (R, count)."""
    design = _design(x, knots)
    coefficients = _least_squares(design, y)
    residual = y - (design @ coefficients[:, :, None])[..., 0]
    return coefficients, np.sum(residual**2, axis=1)


def _least_squares(design: np.ndarray, target: np.ndarray) -> np.ndarray:
    """By normal equations: design (R, P, C) and target (R, P) to (R, C)."""
    transposed = np.swapaxes(design, 1, 2)
    return _regular_solve(transposed @ design, (transposed @ target[:, :, None])[..., 0])


def _gains(gram: np.ndarray, moment: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """By how much fits with knots from the candidates lower the sum of squares.

    Args:
        gram: float64 (C + 2, C + 2), of 1, x and the hinges at C candidates.
        moment: float64 (R, C + 2), with y.
        knots: int (R, T, count), candidates of T trials.

    Returns:
        float64 (R, T).
    """
    columns = np.concatenate([np.broadcast_to([0, 1], (*knots.shape[:2], 2)), knots + 2], axis=-1)
    part = np.take_along_axis(moment[:, None], columns, axis=-1)
    block = gram[columns[..., :, None], columns[..., None, :]]
    return np.sum(part * _regular_solve(block, part), axis=-1)


def _regular_solve(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    size = matrix.shape[-1]
    shift = _RIDGE * np.trace(matrix, axis1=-2, axis2=-1)[..., None, None] / size
    return np.linalg.solve(matrix + shift * np.eye(size), vector[..., None])[..., 0]
