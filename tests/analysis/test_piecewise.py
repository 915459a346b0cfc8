import numpy as np
import pytest
from scipy.optimize import differential_evolution

from sparse_nqs.analysis import piecewise


def broken(x, knots, slopes):
    """A broken line written out as an integral of its slopes."""
    grid = np.linspace(x.min(), x.max(), 200_001)
    steep = np.asarray(slopes)[np.searchsorted(knots, grid)]
    height = np.concatenate([[0.0], np.cumsum((steep[1:] + steep[:-1]) / 2 * np.diff(grid))])
    return np.interp(x, grid, height)


X = np.linspace(2.0, 9.0, 40)
CURVES = {
    1: ((), (0.4,)),
    2: ((5.03,), (0.0, -2.0)),
    3: ((3.91, 7.12), (-0.1, -1.5, 0.0)),
    4: ((3.5, 5.2, 7.7), (0.0, -4.0, -1.0, 0.1)),
}


@pytest.mark.parametrize("segments", CURVES)
def test_a_broken_line_is_found_as_it_is(segments):
    knots, slopes = CURVES[segments]
    fit, bic = piecewise.choose(X, broken(X, knots, slopes), 4)
    np.testing.assert_allclose(fit.knots[0], knots, atol=2e-3)
    np.testing.assert_allclose(fit.slopes[0], slopes, atol=2e-3)
    assert len(bic) == 4


@pytest.mark.parametrize("segments", CURVES)
def test_the_criterion_finds_the_number_of_segments_under_noise(segments):
    y = broken(X, *CURVES[segments]) + 0.03 * np.random.default_rng(segments).normal(size=len(X))
    fit, bic = piecewise.choose(X, y, 4)
    assert fit.slopes.shape == (1, segments)
    assert np.argmin(bic) == segments - 1


@pytest.mark.parametrize("seed", range(3))
def test_least_squares_equal_a_global_optimiser(seed):
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(0, 5, 30))
    y = broken(x, (1.5, 3.2), (-0.2, -1.5, 0.3)) + 0.15 * rng.normal(size=30)

    def rss(knots):
        if not piecewise._spaced(x, np.sort(knots)):
            return 1e3
        design = np.stack([np.ones(30), x, *(np.maximum(x - knot, 0) for knot in knots)], axis=1)
        return np.linalg.lstsq(design, y, rcond=None)[1][0]

    best = differential_evolution(rss, [(x[2], x[-3])] * 2, seed=seed, tol=1e-10, popsize=25)
    fit = piecewise.refit(x, y[None], 3)
    assert fit.rss[0] == pytest.approx(best.fun, rel=1e-4)
    np.testing.assert_allclose(y - piecewise.value(fit, x)[0], y - _line(x, fit), atol=1e-12)
    assert np.sum((y - _line(x, fit)) ** 2) == pytest.approx(fit.rss[0], rel=1e-9)


def _line(x, fit):
    a, b, *steps = fit.coefficients[0]
    return (
        a
        + b * x
        + sum(step * np.maximum(x - knot, 0) for step, knot in zip(steps, fit.knots[0], strict=True))
    )


def test_many_fits_are_those_of_each():
    rng = np.random.default_rng(5)
    y = broken(X, *CURVES[3]) + 0.2 * rng.normal(size=(6, len(X)))
    together = piecewise.refit(X, y, 3)
    for row in range(6):
        alone = piecewise.refit(X, y[row : row + 1], 3)
        # The search starts elsewhere, and may end in another minimum just as deep.
        assert together.rss[row] == pytest.approx(alone.rss[0], rel=2e-2)


def test_leverages_are_how_fitted_values_follow_their_points():
    y = broken(X, *CURVES[3]) + 0.05 * np.random.default_rng(0).normal(size=len(X))
    fit = piecewise.refit(X, y[None], 3)
    step = 1e-4
    shifted = y + step * np.eye(len(X))
    followed = (
        np.diagonal(piecewise.value(piecewise.refit(X, shifted, 3), X)) - piecewise.value(fit, X)[0]
    ) / step
    leverages = piecewise.leverages(fit, X)
    # Seven parameters but the variance: three of the first line and hinges more, two knots.
    assert leverages.sum() == pytest.approx(6.0)
    far = np.abs(X[:, None] - fit.knots[0]).min(axis=1) > 0.1
    np.testing.assert_allclose(followed[far], leverages[far], atol=0.05)


def test_few_abscissae_allow_few_segments():
    assert [piecewise.most_segments(np.arange(k), 4) for k in (2, 4, 6, 7, 9, 10, 13, 40)] == [
        1,
        1,
        1,
        2,
        2,
        3,
        4,
        4,
    ]
    assert piecewise.most_segments(np.repeat(np.arange(6), 5), 4) == 1
    for count, segments in ((7, 2), (10, 3), (13, 4)):
        x = np.arange(count, dtype=float)
        fit = piecewise.refit(x, x[None] ** 2, segments)
        inside = np.histogram(x, np.concatenate([[-1], fit.knots[0], [count]]))[0]
        assert inside.min() >= piecewise.LEAST_INSIDE
    with pytest.raises(ValueError, match="3 segments are more than 9 different abscissae allow"):
        piecewise.refit(np.arange(9.0), np.zeros((1, 9)), 3)
