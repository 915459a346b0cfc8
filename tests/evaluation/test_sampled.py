from functools import partial
from itertools import islice

import jax
import numpy as np
import pytest
from marks import slow
from scipy import stats

from sparse_nqs.analysis import plaquette_network
from sparse_nqs.evaluation import (
    Accuracy,
    SamplingOptions,
    all_log_psi,
    chain_convergence,
    evaluate_by_sampling,
    evaluate_exactly,
    evaluate_to_accuracy,
    log_psi_at,
    sample_batches,
)
from sparse_nqs.evaluation.exact import normalised
from sparse_nqs.evaluation.sampled import Samples, chain_estimate
from sparse_nqs.hamiltonians import build_operator, cluster_moves, compile_operator, full_space, lattice
from sparse_nqs.networks import MaskedNetwork, build_network
from sparse_nqs.vmc import DeviceSystem, couplings, sampler_moves

from .small_systems import SYSTEMS, all_spins, dense_log_psi, first_batch, random_state

REPEATS = 100
# So many that the toric code's variance, whose distribution has a long tail, has a nearly normal mean: its pulls are
# -0.36 in the mean with 48 chains and -0.11 with these (1600 repeats each; jax.random's numbers gave the same -0.36).
OPTIONS = SamplingOptions(chains=1024, samples_per_chain=12, sweeps=1, thermalisation=20)
FIELDS = ("energy", "variance", "m_z", "m_z_abs", "m_x")


def sampler(system, state):
    network, params, masks = state
    moves = sampler_moves({"cluster": system.cluster_moves}, system.cluster_moves.shape[1])
    return partial(
        first_batch,
        MaskedNetwork(network, params, masks),
        DeviceSystem(couplings(system.table), moves),
        OPTIONS,
    )


@pytest.fixture(scope="module", params=["tfim", slow("toric_code")])
def drawn(request):
    """A system, a state of it, and the samples of many independent repeats; one compilation."""
    system = SYSTEMS[request.param]()
    # Not too peaked: the variance of a peaked state hangs on configurations that are hardly ever sampled.
    state = random_state(system.n_sites, 5, scale=0.2)
    draw = sampler(system, state)
    return system, state, [draw(key) for key in jax.random.split(jax.random.key(17), REPEATS)]


def test_error_bars_are_calibrated(drawn):
    system, (network, params, _), repeats = drawn
    truth = evaluate_exactly(full_space.hamiltonian_product(system.table), all_log_psi(network, params))
    measured = [evaluate_by_sampling(samples) for samples in repeats]
    assert {each.method for each in measured} == {"sampled"}
    for field in FIELDS:
        values, errors = np.array([getattr(each, field) for each in measured]).T
        pulls = (values - getattr(truth, field).value) / errors
        assert abs(pulls.mean()) < 0.3, field
        assert 0.8 < pulls.std() < 1.25, field


def test_configurations_follow_psi_squared(drawn):
    system, (network, params, _), repeats = drawn
    # Only the last sample of each chain: those are independent.
    last = np.concatenate([samples.spins[-1].T for samples in repeats])
    number = ((last < 0) << np.arange(system.n_sites)).sum(axis=1)
    counts = np.bincount(number, minlength=2**system.n_sites)
    expected = len(number) * normalised(all_log_psi(network, params)) ** 2
    rare = expected < 10.0
    counts = np.append(counts[~rare], counts[rare].sum())
    expected = np.append(expected[~rare], expected[rare].sum())
    keep = expected > 0.0
    assert stats.chisquare(counts[keep], expected[keep]).pvalue > 1e-3


def test_every_sample_is_measured_where_it_is(drawn):
    system, (network, params, _), repeats = drawn
    samples, n_sites = repeats[0], system.n_sites
    shape = (OPTIONS.samples_per_chain, OPTIONS.chains)
    assert samples.spins.shape == (shape[0], n_sites, shape[1])
    assert samples.spins.dtype == np.int8
    assert {part.shape for part in samples[1:]} == {shape}

    rows = np.moveaxis(samples.spins, 1, 2).reshape(-1, n_sites).astype(float)
    log_psi = dense_log_psi(params["kernel"], rows)
    np.testing.assert_allclose(samples.log_psi.ravel(), log_psi, atol=1e-11)
    np.testing.assert_allclose(log_psi_at(network, params, samples.spins).ravel(), log_psi, atol=1e-11)
    np.testing.assert_allclose(samples.m_z.ravel(), rows.mean(axis=1), atol=1e-14)

    psi = np.exp(dense_log_psi(params["kernel"], all_spins(n_sites)))
    number = ((rows < 0) << np.arange(n_sites)).sum(axis=1)
    np.testing.assert_allclose(samples.energy.ravel(), ((system.matrix @ psi) / psi)[number], atol=1e-10)
    here, flipped = psi[number], np.stack([psi[number ^ (1 << site)] for site in range(n_sites)])
    both = (2.0 * here * flipped / (here**2 + flipped**2)).mean(axis=0)
    np.testing.assert_allclose(samples.m_x.ravel(), both, atol=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize("weight", [1.5, 2.0])
def test_a_sharp_state_is_sampled_without_the_configurations_it_almost_never_takes(weight):
    """The toric code's analytic network: in 65536 samples 3e-4 and fewer with violated plaquettes are expected.

    Flipping an edge violates both its plaquettes, log psi falls by 8 w, and 1 / cosh(8 w) is <X_i> to 1e-4.
    """
    system = {"model": "toric_code", "length": 4}
    table = compile_operator(build_operator(system))
    network = build_network({"kind": "ffnn", "alpha": 4, "init_std": 0.01}, lattice(system))
    kernel = plaquette_network.kernel(4, weight)
    samples = first_batch(
        MaskedNetwork(network, {"kernel": kernel}, {"kernel": kernel != 0.0}),
        DeviceSystem(couplings(table), sampler_moves(cluster_moves(system, table), table.n_sites)),
        SamplingOptions(chains=1024, samples_per_chain=64, sweeps=2, thermalisation=100),
        jax.random.key(101),
    )
    np.testing.assert_allclose(samples.energy, -32.0, atol=1e-9)
    np.testing.assert_allclose(samples.m_x, 1.0 / np.cosh(8.0 * weight), rtol=1e-9)


def test_the_key_alone_decides(drawn):
    system, state, repeats = drawn
    again = sampler(system, state)(jax.random.split(jax.random.key(17), REPEATS)[1])
    for part, expected in zip(again, repeats[1], strict=True):
        np.testing.assert_array_equal(part, expected)
    assert (again.spins != repeats[0].spins).any()


def test_samples_do_not_depend_on_the_batches(drawn):
    system, (network, params, masks), repeats = drawn
    moves = sampler_moves({"cluster": system.cluster_moves}, system.n_sites)
    short = OPTIONS._replace(samples_per_chain=OPTIONS.samples_per_chain // 3)
    key = jax.random.split(jax.random.key(17), REPEATS)[0]
    batches = sample_batches(
        MaskedNetwork(network, params, masks), DeviceSystem(couplings(system.table), moves), short, key
    )
    parts = list(islice(batches, 3))
    for name in Samples._fields:
        joined = np.concatenate([getattr(part, name) for part in parts])
        np.testing.assert_allclose(joined, getattr(repeats[0], name), atol=1e-12)


def made_up(errors_of_one_batch=0.5, rows=8, chains=64):
    """Batches of independent energies."""
    generator = np.random.default_rng(2)
    while True:
        values = generator.normal(size=(rows, chains)) * errors_of_one_batch * np.sqrt(rows * chains)
        yield Samples(np.zeros((rows, 3, chains), dtype=np.int8), *(values for _ in range(4)))


@pytest.mark.parametrize("gain", [1.5, 3.0, 6.0])
def test_batches_are_added_until_the_target_is_reached(gain):
    measured = evaluate_to_accuracy(made_up(), Accuracy(0.5 / gain, 10**6))
    assert measured.energy.error <= 0.5 / gain
    # The error falls with the root of the number of batches.
    assert measured.n_samples / (8 * 64) == pytest.approx(gain**2, rel=0.35, abs=1)
    everything = list(islice(made_up(), measured.n_samples // (8 * 64)))
    energies = np.concatenate([samples.energy for samples in everything])
    assert measured.energy == chain_estimate(energies)
    assert chain_estimate(energies[:-8]).error > 0.5 / gain


def test_the_cap_holds():
    measured = evaluate_to_accuracy(made_up(), Accuracy(1e-9, 30))
    assert measured.n_samples == 24 * 64
    assert measured.energy.error > 1e-9


def test_without_a_target_one_batch_is_enough():
    measured = evaluate_to_accuracy(made_up(), Accuracy())
    assert measured.n_samples == 8 * 64
    assert measured == evaluate_by_sampling(next(made_up()))


def test_convergence_is_recorded(drawn):
    _, _, repeats = drawn
    measured = [evaluate_by_sampling(samples) for samples in repeats]
    for each, samples in zip(measured, repeats, strict=True):
        assert each.n_samples == OPTIONS.chains * OPTIONS.samples_per_chain
        assert each.convergence == chain_convergence(samples.energy)
        assert each.convergence.r_hat < 1.1
    # The error bars, which know nothing of lags, say by how much the samples are worth less than independent ones.
    tau = np.mean([each.convergence.autocorrelation_time for each in measured])
    worth = np.mean([each.energy.error**2 * each.n_samples / each.variance.value for each in measured])
    assert 1.0 < tau < 6.0
    assert tau == pytest.approx(worth, rel=0.06)


def test_the_error_comes_from_the_chains_and_not_from_the_samples():
    generator = np.random.default_rng(0)
    # Each chain repeats one number: ten times the samples, no more information.
    means = generator.normal(size=64)
    estimate = chain_estimate(np.tile(means, (10, 1)))
    assert estimate.value == pytest.approx(means.mean())
    assert estimate.error == pytest.approx(stats.sem(means))
