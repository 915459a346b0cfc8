import numpy as np
import pytest
from marks import slow

from sparse_nqs.evaluation import all_log_psi, exact_fidelity, sampled_fidelity

from .small_systems import random_state

REPEATS, CHAINS, PER_CHAIN = 400, 48, 24


def two_states(distance, seed, n=64):
    generator = np.random.default_rng(seed)
    a = generator.normal(scale=0.7, size=n)
    return a, a + distance * generator.normal(size=n)


def dense_fidelity(a, b):
    a, b = np.exp(a), np.exp(b)
    return (a @ b) ** 2 / ((a @ a) * (b @ b))


def chains_of(generator, log_psi, correlation=0.0, shape=(PER_CHAIN, CHAINS)):
    """Samples of |psi|^2 that stay where they are with the given probability; independent chains."""
    probability = np.exp(2.0 * log_psi)
    drawn = generator.choice(len(log_psi), size=shape, p=probability / probability.sum())
    for row in range(1, shape[0]):
        drawn[row] = np.where(generator.random(shape[1]) < correlation, drawn[row - 1], drawn[row])
    return drawn


def log_ratios(generator, a, b, correlation=0.0):
    at_a, at_b = (chains_of(generator, log_psi, correlation) for log_psi in (a, b))
    return (b - a)[at_a], (a - b)[at_b]


@pytest.mark.parametrize("distance", [0.0, 1e-6, 0.1, 1.0, 5.0])
def test_exact_equals_dense_vectors(distance):
    for seed in range(20):
        a, b = two_states(distance, seed)
        estimate = exact_fidelity(a, b)
        assert estimate.error == 0.0
        assert estimate.value == pytest.approx(dense_fidelity(a, b), abs=1e-12)
        assert estimate.value == pytest.approx(exact_fidelity(b, a).value, abs=1e-14)
        assert estimate.value <= 1.0 + 1e-12


def test_exact_survives_any_norm_and_orthogonal_states():
    a, b = two_states(0.3, 1)
    assert exact_fidelity(a + 5000.0, b - 5000.0).value == pytest.approx(
        exact_fidelity(a, b).value, abs=1e-12
    )
    left = np.where(np.arange(8) < 4, 0.0, -2000.0)
    assert exact_fidelity(left, left[::-1]).value == 0.0


# Chains with and without autocorrelation, and fidelities from near 1 to where a transition dips.
@pytest.mark.parametrize(
    ("distance", "correlation"), [(0.02, 0.0), (0.02, 0.7), (0.15, 0.0), (0.15, 0.7), (0.35, 0.5)]
)
def test_sampled_is_unbiased_with_calibrated_errors(distance, correlation):
    a, b = two_states(distance, 3)
    truth = dense_fidelity(a, b)
    generator = np.random.default_rng(5)
    drawn = [sampled_fidelity(*log_ratios(generator, a, b, correlation)) for _ in range(REPEATS)]
    values, errors = np.array(drawn).T
    assert (errors > 0.0).all()
    pulls = (values - truth) / errors
    assert abs(pulls.mean()) < 0.25
    assert 0.85 < pulls.std() < 1.15
    # Judged by the spread of the repeats as well, not by the estimator's own errors alone.
    assert abs(values.mean() - truth) < 4.0 * values.std() / np.sqrt(REPEATS)


@pytest.mark.parametrize("distance", [0.003, 0.01, 0.03, 0.1])
def test_near_one_the_error_beats_that_of_mean_ratios_by_the_factor_of_theory(distance):
    """Near F = 1, with x = log(psi_b / psi_a) of variance v = 1 - F and kurtosis K, to leading order in v:

    The product of the mean ratios, 1 + <x>_a - <x>_b + O(v), has the variance 2 v / n. Our estimate is 1 - <y^2> over
    both states' samples, y = x - <x>, of the variance (K - 1) v^2 / 2 n. The ratio of the two errors is
    2 / sqrt((K - 1) v), which for normal x is sqrt(2 / (1 - F)).
    """
    a, b = two_states(distance, 7)
    generator = np.random.default_rng(9)
    weight = np.exp(2.0 * a) / np.exp(2.0 * a).sum()
    y = (b - a) - weight @ (b - a)
    v = weight @ y**2
    kurtosis = weight @ y**4 / v**2
    n = PER_CHAIN * CHAINS
    ours, plain = [], []
    for _ in range(REPEATS):
        ratio_a, ratio_b = log_ratios(generator, a, b)
        ours.append(sampled_fidelity(ratio_a, ratio_b).value)
        plain.append(np.exp(ratio_a).mean() * np.exp(ratio_b).mean())
    # The spread of 400 repeats is known to 3.5 %; the next order in v adds as much at the largest distance.
    assert v == pytest.approx(1.0 - dense_fidelity(a, b), rel=0.15)
    assert np.std(plain) == pytest.approx(np.sqrt(2.0 * v / n), rel=0.15)
    assert np.std(ours) == pytest.approx(v * np.sqrt((kurtosis - 1.0) / (2.0 * n)), rel=0.15)
    gain = 2.0 / np.sqrt((kurtosis - 1.0) * v)
    assert gain > 5.0
    assert np.std(plain) / np.std(ours) == pytest.approx(gain, rel=0.2)
    # Without it the noise hides the distance from 1, which is what the neighbours' fidelities are about.
    infidelity = 1.0 - dense_fidelity(a, b)
    assert np.std(ours) < 0.5 * infidelity


def product_log_ratios(generator, fidelity, n_sites=100, shape=(16, 256)):
    """Samples of two product states with different fields, sum_i Z_i being all that log psi depends on."""
    angles = np.pi / 4, np.pi / 4 - np.arccos(fidelity ** (0.5 / n_sites))
    up, down = np.log(np.cos(angles)), np.log(np.sin(angles))
    counts = [generator.binomial(n_sites, np.sin(angle) ** 2, size=shape) for angle in angles]
    ratios = [(n_sites - k) * (up[1] - up[0]) + k * (down[1] - down[0]) for k in counts]
    return ratios[0], -ratios[1]


@pytest.mark.parametrize("fidelity", [0.95, 0.65, 0.3, 0.01, 1e-4])
def test_states_that_overlap_little(fidelity):
    """4096 samples of each state; the relative variance of mean ratios would be 1 / (4096 F)."""
    generator = np.random.default_rng(21)
    drawn = [sampled_fidelity(*product_log_ratios(generator, fidelity)) for _ in range(200)]
    values, errors = np.array(drawn).T
    assert abs(values.mean() - fidelity) < 5.0 * values.std() / np.sqrt(200)
    pulls = (values - fidelity) / errors
    assert abs(pulls.mean()) < 0.3
    assert 0.75 < pulls.std() < 1.25
    assert (np.abs(pulls) > 3.0).mean() < 0.03
    assert np.median(errors) < 0.25 * fidelity


@pytest.mark.parametrize("fidelity", [1e-6, 1e-9, 1e-14, 1e-30])
def test_what_no_sample_shows_is_in_the_error(fidelity):
    """The overlap is below one in the number of samples, 8192, or not far above."""
    generator = np.random.default_rng(23)
    drawn = [sampled_fidelity(*product_log_ratios(generator, fidelity, n_sites=300)) for _ in range(100)]
    values, errors = np.array(drawn).T
    assert (np.abs(values - fidelity) < 4.0 * errors).all()
    # Not so large that it would say nothing.
    assert np.median(errors) < 1e-6


def test_a_state_with_itself():
    estimate = sampled_fidelity(np.zeros((3, 40)), np.zeros((3, 40)))
    assert estimate == (1.0, 0.0)


@pytest.mark.parametrize("shift", [-900.0, 0.3, 1200.0])
def test_a_factor_of_one_state_drops_out(shift):
    a, b = two_states(0.2, 11)
    ratio_a, ratio_b = log_ratios(np.random.default_rng(1), a, b)
    plain, shifted = sampled_fidelity(ratio_a, ratio_b), sampled_fidelity(ratio_a + shift, ratio_b - shift)
    np.testing.assert_allclose(shifted, plain, rtol=1e-9)


def test_the_states_may_have_different_numbers_of_samples():
    a, b = two_states(0.1, 13)
    generator = np.random.default_rng(2)
    ratio_a = (b - a)[chains_of(generator, a, shape=(5, 400))]
    ratio_b = (a - b)[chains_of(generator, b, shape=(9, 300))]
    estimate = sampled_fidelity(ratio_a, ratio_b)
    assert abs(estimate.value - dense_fidelity(a, b)) < 4.0 * estimate.error
    assert estimate.error < 1e-3


def netket_states(netket, size, **options):
    """Two NetKet states of random FFNNs, the second's weights changed by `size`, and our log psi of them."""
    network, params, masks = random_state(8, 3, scale=0.2)
    noise = np.random.default_rng(4).normal(size=params["kernel"].shape) * masks["kernel"]
    every = [params, {"kernel": params["kernel"] + size * noise}]
    hilbert = netket.hilbert.Spin(0.5, 8)
    states = []
    for number, each in enumerate(every):
        variables = {"params": network.to_flax(each)}
        if options:
            sampler = netket.sampler.ExactSampler(hilbert)
            seeds = {"seed": number, "sampler_seed": 7 + number}
            states.append(
                netket.vqs.MCState(sampler, network.flax_module(), variables=variables, **seeds, **options)
            )
        else:
            states.append(netket.vqs.FullSumState(hilbert, network.flax_module(), variables=variables))
    return states, [all_log_psi(network, each) for each in every]


@pytest.mark.parametrize("size", [0.003, 0.1])
def test_exact_equals_netkets_infidelity(size, netket):
    (a, b), log_psis = netket_states(netket, size)
    infidelity = float(a.expect(netket.observable.InfidelityOperator(b)).mean.real)
    assert 1.0 - exact_fidelity(*log_psis).value == pytest.approx(infidelity, abs=1e-12)


@pytest.mark.parametrize("size", [slow(0.01), slow(0.03), 0.1])
def test_sampled_equals_netkets_infidelity_within_errors(size, netket):
    (a, b), log_psis = netket_states(netket, size, n_samples=2**14)
    theirs = a.expect(netket.observable.InfidelityOperator(b, cv_coeff=-0.5))
    generator = np.random.default_rng(6)
    at_a, at_b = (chains_of(generator, log_psi, shape=(64, 256)) for log_psi in log_psis)
    difference = log_psis[1] - log_psis[0]
    ours = sampled_fidelity(difference[at_a], -difference[at_b])
    infidelity, error = float(theirs.mean.real), float(theirs.error_of_mean)
    spread = np.hypot(ours.error, error)
    assert abs(1.0 - ours.value - infidelity) < 4.0 * spread
    # Both see the infidelity, and ours, which pairs every sample of a with every one of b, at least as well.
    assert spread < 0.2 * infidelity
    assert ours.error < 1.1 * error
