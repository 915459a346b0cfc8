"""Scaling regions: how the energy error grows as weights are pruned away.

Along a trajectory the error, on logarithmic axes against the surviving weights n, runs through a low-error plateau
(LEP), an approximate power law error ~ n^(-gamma) (APL) and a high-error plateau (HEP); B. Barton et al.,
arXiv:2505.22734, figure 2. Here the curve is a continuous broken line of up to four segments, as many as the Bayesian
information criterion wants, and the regions are read off the exponents gamma of the segments, from dense to sparse:

- LEP: the first segments, as long as gamma < 1/2: half the weights, and the error grows by less than sqrt(2);
- HEP: the last segments with gamma < 1/2, if an APL comes before; and all from a jump on, that is a segment at least
  twice as steep as any of the APL before it and shorter than that APL: the published lines are drawn where the jump
  begins;
- APL: what lies between, or what is left if there is no plateau.

Intervals come from a wild bootstrap over seeds and points. The residuals of a seed change sign together, which keeps
what is common to a trajectory; besides, about the seed's mean residual, its points change sign one by one at
1 / sqrt(S) the size for S seeds. With independent errors the first makes (S - 1) / S of the variance and the second the
rest. Residuals are those of a fit without the point in question, r / (1 - leverage) (C. Wu, Ann. Stat. 14, 1261 (1986);
R. Davidson and E. Flachaire, J. Econometrics 146, 162 (2008)). The number of segments stays as chosen.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sparse_nqs.analysis import piecewise

MOST_SEGMENTS = 4
LEAST_POINTS = 4
PLATEAU_EXPONENT = 0.5
JUMP_RATIO = 2.0
CONFIDENCE = 0.9
REPLICATES = 200
_MOST_LEVERAGE = 0.9


class Interval(NamedTuple):
    """A number and its bootstrap interval; low = high = None where there is none."""

    value: float
    low: float | None = None
    high: float | None = None


class Segment(NamedTuple):
    """A straight piece of the curve.

    Attributes:
        region: "LEP", "APL" or "HEP".
        n_start: surviving weights at its dense end; an interval only where it is a boundary between segments.
        n_end: at its sparse end.
        exponent: gamma in error ~ n^(-gamma).
        error_start: the fitted error at n_start.
        error_end: at n_end.
    """

    region: str
    n_start: Interval
    n_end: Interval
    exponent: Interval
    error_start: float
    error_end: float


class Scaling(NamedTuple):
    """The fit of one trajectory.

    Attributes:
        segments: from dense to sparse.
        bic: float64 (K,), of 1, 2, ... segments, as many as the points allow.
        points: fitted points of all seeds.
        left_out: points that are not resolved: not positive, not finite, or below their standard error.
        seeds: the number of seeds.
    """

    segments: tuple[Segment, ...]
    bic: np.ndarray
    points: int
    left_out: int
    seeds: int


def fit_scaling(
    n: np.ndarray,
    error: np.ndarray,
    error_error: np.ndarray,
    seed: np.ndarray,
    *,
    replicates: int = REPLICATES,
    confidence: float = CONFIDENCE,
) -> Scaling | None:
    """Fit the scaling regions of one trajectory.

    Args:
        n: float64 (P,), surviving weights (or rho), positive.
        error: float64 (P,), the energy error, in any unit.
        error_error: float64 (P,), its standard error, 0 where exact.
        seed: int (P,), the seed that each point belongs to.
        replicates: of the bootstrap, at least 2.
        confidence: what the intervals hold, between 0 and 1.

    Returns:
        The fit, or None if fewer than four different n have a resolved error.
    """
    with np.errstate(invalid="ignore"):
        resolved = np.isfinite(error) & (error > 0) & (error >= error_error)
    x, y, seed = np.log(n[resolved]), np.log(error[resolved]), seed[resolved]
    if len(np.unique(x)) < LEAST_POINTS:
        return None
    best, bic = piecewise.choose(x, y, MOST_SEGMENTS)
    replicated = _bootstrap(x, y, seed, best, replicates)
    # From dense to sparse, that is from large x to small.
    knots, exponents = best.knots[0, ::-1], -best.slopes[0, ::-1]
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    knot_low, knot_high = np.quantile(replicated.knots[:, ::-1], tails, axis=0)
    low, high = np.quantile(-replicated.slopes[:, ::-1], tails, axis=0)
    ends = np.array([x.max(), *knots, x.min()])
    bounds = [
        Interval(float(np.exp(x.max()))),
        *(Interval(*np.exp(row).tolist()) for row in zip(knots, knot_low, knot_high, strict=True)),
        Interval(float(np.exp(x.min()))),
    ]
    errors = np.exp(piecewise.value(best, ends)[0]).tolist()
    regions = name_regions(exponents.tolist(), (-np.diff(ends)).tolist())
    segments = tuple(
        Segment(
            regions[k],
            bounds[k],
            bounds[k + 1],
            Interval(float(exponents[k]), float(low[k]), float(high[k])),
            errors[k],
            errors[k + 1],
        )
        for k in range(len(exponents))
    )
    left_out = int(len(n) - resolved.sum())
    return Scaling(segments, bic, len(x), left_out, len(np.unique(seed)))


def name_regions(exponents: Sequence[float], lengths: Sequence[float]) -> list[str]:
    """The region of each segment by the rule of the module's docstring.

    Args:
        exponents: gamma of each, from dense to sparse.
        lengths: extent of each in ln n.
    """
    flat = [exponent < PLATEAU_EXPONENT for exponent in exponents]
    count = len(flat)
    first = next((k for k in range(count) if not flat[k]), count)
    last = next((k for k in reversed(range(count)) if not flat[k]), count - 1)
    end = last + 1
    for k in range(first + 1, end):
        if exponents[k] >= JUMP_RATIO * max(exponents[first:k]) and lengths[k] < sum(lengths[first:k]):
            end = k
            break
    return ["LEP"] * first + ["APL"] * (end - first) + ["HEP"] * (count - end)


def _bootstrap(
    x: np.ndarray, y: np.ndarray, seed: np.ndarray, best: piecewise.Fit, replicates: int
) -> piecewise.Fit:
    rng = np.random.default_rng(0)
    fitted = piecewise.value(best, x)[0]
    residual = (y - fitted) / (1 - np.minimum(piecewise.leverages(best, x), _MOST_LEVERAGE))
    _, group = np.unique(seed, return_inverse=True)
    size = np.bincount(group)
    about_mean = residual - (np.bincount(group, weights=residual) / size)[group]
    common = rng.choice([-1.0, 1.0], size=(replicates, len(size)))[:, group]
    single = rng.choice([-1.0, 1.0], size=(replicates, len(x)))
    noise = single * about_mean / np.sqrt(len(size))
    if len(size) > 1:
        noise += common * residual
    return piecewise.refit(x, fitted + noise, best.slopes.shape[1])
