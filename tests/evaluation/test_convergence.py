import numpy as np
import pytest
from scipy.signal import lfilter

from sparse_nqs.evaluation import chain_convergence


def autoregressive(correlation, rows, chains, seed=0):
    """x_t = correlation x_(t-1) + noise, stationary from the first sample on: float64 (R, C)."""
    noise = np.random.default_rng(seed).normal(size=(rows, chains))
    noise[1:] *= np.sqrt(1.0 - correlation**2)
    return lfilter([1.0], [1.0, -correlation], noise, axis=0)


@pytest.mark.parametrize("correlation", [-0.5, 0.0, 0.3, 0.7, 0.9])
@pytest.mark.parametrize(("rows", "chains"), [(800, 200), (100, 2000)])
def test_autoregressive_chains_have_the_known_time(correlation, rows, chains):
    values = autoregressive(correlation, rows, chains)
    found = chain_convergence(values)
    tau = (1.0 + correlation) / (1.0 - correlation)
    assert found.autocorrelation_time == pytest.approx(tau, rel=0.05)
    assert found.effective_samples == pytest.approx(values.size / found.autocorrelation_time)
    # The variance of the mean of a half with n samples, in units of one sample's.
    n = rows // 2
    lags = np.arange(1, n)
    of_mean = (1.0 + 2.0 * np.sum((1.0 - lags / n) * correlation**lags)) / n
    variance = (1.0 - of_mean) * n / (n - 1)
    assert found.r_hat == pytest.approx(np.sqrt((n - 1) / n + of_mean / variance), rel=0.01)
    # What the effective sample size is for: the error of the mean, here from the independent chains.
    error = values.mean(axis=0).std(ddof=1) / np.sqrt(chains)
    assert values.std() / np.sqrt(found.effective_samples) == pytest.approx(error, rel=0.15)


def split_r_hat(values):
    """Gelman and Rubin's ratio for halves of chains, number by number."""
    rows = len(values) // 2
    halves = [chain[part] for chain in values.T for part in (slice(rows), slice(-rows, None))]
    means = [sum(half) / rows for half in halves]
    within = np.mean(
        [sum((x - mean) ** 2 for x in half) / (rows - 1) for half, mean in zip(halves, means, strict=True)]
    )
    grand = sum(means) / len(means)
    between = sum((mean - grand) ** 2 for mean in means) / (len(means) - 1)
    return np.sqrt(((rows - 1) / rows * within + between) / within)


@pytest.mark.parametrize("rows", [4, 7, 32])
@pytest.mark.parametrize("spread", [0.0, 0.5, 5.0])
def test_r_hat_is_that_of_the_halves(rows, spread):
    generator = np.random.default_rng(rows)
    values = generator.normal(size=(rows, 6)) + spread * generator.normal(size=6)
    assert chain_convergence(values).r_hat == pytest.approx(split_r_hat(values), rel=1e-12)


def test_r_hat_sees_chains_apart_and_chains_that_drift():
    values = autoregressive(0.2, rows=100, chains=50)
    assert chain_convergence(values).r_hat < 1.02
    assert chain_convergence(values + np.linspace(-3.0, 3.0, 50)).r_hat > 1.5
    drifting = values + np.linspace(-3.0, 3.0, 100)[:, None]
    assert chain_convergence(drifting).r_hat > 1.5


def test_chains_far_apart_are_worth_no_more_than_their_number():
    values = autoregressive(0.0, rows=64, chains=40) + 1e4 * np.random.default_rng(1).normal(size=40)
    assert 20.0 < chain_convergence(values).effective_samples < 60.0


@pytest.mark.parametrize("unit", [1.0, 0.1, 1.0 / 3.0, 3.04438])
def test_values_that_do_not_move(unit):
    """Most of these have a mean that is not exactly the number they all are."""
    assert chain_convergence(np.full((8, 40), -18.0 * unit)) == (1.0, 320.0, 1.0)
    assert chain_convergence(np.full((16, 64), -unit)) == (1.0, 1024.0, 1.0)
    stuck = chain_convergence(np.tile(unit * np.arange(40.0), (64, 1)))
    assert stuck.r_hat == np.inf
    assert 20.0 < stuck.effective_samples < 60.0


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_short_chains_tell_nothing(rows):
    assert chain_convergence(np.random.default_rng(0).normal(size=(rows, 64))) is None


def test_a_factor_and_a_shift_change_nothing():
    values = autoregressive(0.6, rows=40, chains=30)
    np.testing.assert_allclose(chain_convergence(1e3 * values - 5e4), chain_convergence(values), rtol=1e-9)
