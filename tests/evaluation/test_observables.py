from functools import partial

import jax
import numpy as np
import pytest
from marks import slow
from pauli import dense_matrix

from sparse_nqs.evaluation import (
    SamplingOptions,
    all_log_psi,
    exact_observables,
    observables,
    sample_states,
    sampled_observables,
)
from sparse_nqs.hamiltonians import mix_moves
from sparse_nqs.networks import MaskedNetwork
from sparse_nqs.vmc import System, couplings, flip_sets

from .small_systems import SYSTEMS, all_spins, dense_log_psi, random_state, word

KINDS = ("x", "z", "xx", "zz")
OPTIONS = SamplingOptions(chains=48, samples_per_chain=8, sweeps=1, thermalisation=15)


def dense_observable(kind, psi):
    """Values and total from Kronecker products."""
    n_sites, letter = psi.size.bit_length() - 1, kind[0].upper()
    singles = [dense_matrix([word(n_sites, letter, {i})], [1.0]).real for i in range(n_sites)]
    total = sum(singles)
    if len(kind) == 1:
        return np.array([psi @ a @ psi for a in singles]), psi @ total @ psi
    return np.array([[psi @ a @ b @ psi for b in singles] for a in singles]), psi @ total @ total @ psi


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize(("seed", "density"), [(0, 1.0), (1, 0.5), (2, 0.1)])
def test_exact_ones_equal_dense_matrices(name, seed, density):
    n_sites = SYSTEMS[name]().n_sites
    network, params, _ = random_state(n_sites, seed, density=density)
    psi = np.exp(dense_log_psi(params["kernel"], all_spins(n_sites)))
    psi /= np.linalg.norm(psi)
    for found in exact_observables(all_log_psi(network, params), KINDS):
        value, total = dense_observable(found.kind, psi)
        np.testing.assert_allclose(found.value, value, atol=1e-12)
        assert found.total == pytest.approx(total, abs=1e-11)
        assert not found.error.any()
        assert found.total_error == 0.0


@pytest.mark.parametrize("letter", ["X", "Z"])
def test_exact_ones_equal_netkets(letter, netket):
    network, params, _ = random_state(6, 3, density=0.4)
    hilbert = netket.hilbert.Spin(0.5, 6)
    state = netket.vqs.FullSumState(
        hilbert, network.flax_module(), variables={"params": network.to_flax(params)}
    )
    one, two = exact_observables(all_log_psi(network, params), (letter.lower(), 2 * letter.lower()))
    for i, j in [(0, 1), (2, 5)]:
        operator = netket.operator.PauliStrings(hilbert, [word(6, letter, {i, j})], [1.0])
        assert two.value[i, j] == pytest.approx(state.expect(operator).mean.real, abs=1e-10)
        operator = netket.operator.PauliStrings(hilbert, [word(6, letter, {i})], [1.0])
        assert one.value[i] == pytest.approx(state.expect(operator).mean.real, abs=1e-10)


@pytest.mark.parametrize("chunk", [1, 8, 2**14])
def test_the_chunk_does_not_matter(chunk, monkeypatch):
    network, params, _ = random_state(6, 4)
    log_psi = all_log_psi(network, params)
    plain = exact_observables(log_psi, KINDS)
    monkeypatch.setattr(observables, "_CHUNK", chunk)
    for found, expected in zip(exact_observables(log_psi, KINDS), plain, strict=True):
        np.testing.assert_allclose(found.value, expected.value, atol=1e-13)


def test_only_what_is_asked_for_in_that_order():
    log_psi = np.zeros(8)
    assert [found.kind for found in exact_observables(log_psi, ("zz", "x"))] == ["zz", "x"]
    assert exact_observables(log_psi, ()) == []


@pytest.fixture(scope="module", params=["tfim", slow("toric_code")])
def drawn(request):
    """A state, its samples in many independent repeats."""
    system = SYSTEMS[request.param]()
    state = random_state(system.n_sites, 5, scale=0.2)
    network, params, masks = state
    moves = flip_sets(mix_moves({"cluster": system.cluster_moves}, system.n_sites))[0]
    draw = partial(
        sample_states, MaskedNetwork(network, params, masks), System(couplings(system.table), moves), OPTIONS
    )
    return state, [draw(key) for key in jax.random.split(jax.random.key(3), 60)]


@pytest.mark.parametrize("kind", KINDS)
def test_sampled_ones_agree_with_exact_ones_within_calibrated_errors(drawn, kind):
    (network, params, masks), repeats = drawn
    (truth,) = exact_observables(all_log_psi(network, params), (kind,))
    measured = [
        found
        for samples in repeats
        for found in sampled_observables(network, params, masks, samples, (kind,))
    ]
    off_diagonal = ~np.eye(len(truth.value), dtype=bool) if len(kind) == 2 else ...
    pulls = np.array(
        [((found.value - truth.value)[off_diagonal]) / found.error[off_diagonal] for found in measured]
    )
    assert np.abs(pulls.mean(axis=0)).max() < 0.55  # 4 standard errors of the mean of 60
    assert 0.85 < pulls.std() < 1.2
    pulls = np.array([(found.total - truth.total) / found.total_error for found in measured])
    assert abs(pulls.mean()) < 0.55
    assert 0.75 < pulls.std() < 1.3
    if len(kind) == 2:
        for found in measured[:3]:
            np.testing.assert_array_equal(found.value, found.value.T)
            np.testing.assert_array_equal(found.error, found.error.T)
            np.testing.assert_array_equal(np.diag(found.value), 1.0)
            np.testing.assert_array_equal(np.diag(found.error), 0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_memory_may_be_short(drawn, kind, monkeypatch):
    (network, params, masks), repeats = drawn
    (whole,) = sampled_observables(network, params, masks, repeats[0], (kind,))
    monkeypatch.setattr(observables, "_MOST_RATIOS", 4 * OPTIONS.chains)
    (parts,) = sampled_observables(network, params, masks, repeats[0], (kind,))
    for found, expected in zip(parts[1:], whole[1:], strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-13)


def test_the_error_comes_from_the_chains(drawn):
    (network, params, masks), repeats = drawn
    samples = repeats[0]
    (found,) = sampled_observables(network, params, masks, samples, ("z",))
    means = samples.spins.astype(float).mean(axis=0)
    np.testing.assert_allclose(found.value, means.mean(axis=1), atol=1e-13)
    np.testing.assert_allclose(found.error, means.std(axis=1, ddof=1) / np.sqrt(OPTIONS.chains), atol=1e-13)
    assert found.total == pytest.approx(np.mean(samples.m_z) * len(found.value), abs=1e-12)
