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
    products_of,
    sampled_observables,
)
from sparse_nqs.evaluation.observables import Products
from sparse_nqs.hamiltonians import Lattice, mix_moves
from sparse_nqs.networks import MaskedNetwork
from sparse_nqs.vmc import DeviceSystem, couplings, flip_sets

from .small_systems import SYSTEMS, all_spins, dense_log_psi, first_batch, random_state, word

KINDS = ("x", "z", "xx", "zz")
OPTIONS = SamplingOptions(chains=48, samples_per_chain=8, sweeps=1, thermalisation=15)


def kinds(n_sites, *names):
    return products_of(names, Lattice(n_sites, 1))


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
    for found in exact_observables(all_log_psi(network, params), kinds(n_sites, *KINDS)):
        value, total = dense_observable(found.kind, psi)
        np.testing.assert_allclose(found.value, value[tuple(found.sites.T)], atol=1e-12)
        pairs = [(i, j) for i in range(n_sites) for j in range(i, n_sites)]
        assert found.sites.tolist() == (
            [[i] for i in range(n_sites)] if value.ndim == 1 else list(map(list, pairs))
        )
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
    asked = kinds(6, letter.lower(), 2 * letter.lower())
    one, two = exact_observables(all_log_psi(network, params), asked)
    pair = dict(zip(map(tuple, two.sites.tolist()), two.value.tolist(), strict=True))
    for i, j in [(0, 1), (2, 5)]:
        operator = netket.operator.PauliStrings(hilbert, [word(6, letter, {i, j})], [1.0])
        assert pair[i, j] == pytest.approx(state.expect(operator).mean.real, abs=1e-10)
        operator = netket.operator.PauliStrings(hilbert, [word(6, letter, {i})], [1.0])
        assert one.value[i] == pytest.approx(state.expect(operator).mean.real, abs=1e-10)


@pytest.mark.parametrize("chunk", [1, 8, 2**14])
def test_the_chunk_does_not_matter(chunk, monkeypatch):
    network, params, _ = random_state(6, 4)
    log_psi = all_log_psi(network, params)
    plain = exact_observables(log_psi, kinds(6, *KINDS))
    monkeypatch.setattr(observables, "_CHUNK", chunk)
    for found, expected in zip(exact_observables(log_psi, kinds(6, *KINDS)), plain, strict=True):
        np.testing.assert_allclose(found.value, expected.value, atol=1e-13)


def test_only_what_is_asked_for_in_that_order():
    log_psi = np.zeros(8)
    assert [found.kind for found in exact_observables(log_psi, kinds(3, "zz", "x"))] == ["zz", "x"]
    assert exact_observables(log_psi, ()) == []


@pytest.fixture(scope="module", params=["tfim", slow("toric_code")])
def drawn(request):
    """A state, its samples in many independent repeats."""
    system = SYSTEMS[request.param]()
    state = random_state(system.n_sites, 5, scale=0.2)
    network, params, masks = state
    moves = flip_sets(mix_moves({"cluster": system.cluster_moves}, system.n_sites))[0]
    draw = partial(
        first_batch,
        MaskedNetwork(network, params, masks),
        DeviceSystem(couplings(system.table), moves),
        OPTIONS,
    )
    return state, [draw(key) for key in jax.random.split(jax.random.key(3), 60)]


@pytest.mark.parametrize("kind", KINDS)
def test_sampled_ones_agree_with_exact_ones_within_calibrated_errors(drawn, kind):
    (network, params, masks), repeats = drawn
    n_sites = repeats[0].configurations.shape[1]
    (truth,) = exact_observables(all_log_psi(network, params), kinds(n_sites, kind))
    measured = [
        found
        for samples in repeats
        for found in sampled_observables(network, params, masks, samples, kinds(n_sites, kind))
    ]
    off_diagonal = truth.sites[:, 0] != truth.sites[:, 1] if len(kind) == 2 else ...
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
            np.testing.assert_array_equal(found.value[~off_diagonal], 1.0)
            np.testing.assert_array_equal(found.error[~off_diagonal], 0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_memory_may_be_short(drawn, kind, monkeypatch):
    (network, params, masks), repeats = drawn
    asked = kinds(repeats[0].configurations.shape[1], kind)
    (whole,) = sampled_observables(network, params, masks, repeats[0], asked)
    monkeypatch.setattr(observables, "_MOST_RATIOS", 4 * OPTIONS.chains)
    (parts,) = sampled_observables(network, params, masks, repeats[0], asked)
    for found, expected in zip(parts[2:], whole[2:], strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-13)


def test_the_error_comes_from_the_chains(drawn):
    (network, params, masks), repeats = drawn
    samples = repeats[0]
    asked = kinds(samples.configurations.shape[1], "z")
    (found,) = sampled_observables(network, params, masks, samples, asked)
    means = samples.spins.astype(float).mean(axis=0)
    np.testing.assert_allclose(found.value, means.mean(axis=1), atol=1e-13)
    np.testing.assert_allclose(found.error, means.std(axis=1, ddof=1) / np.sqrt(OPTIONS.chains), atol=1e-13)
    assert found.total == pytest.approx(np.mean(samples.m_z) * len(found.value), abs=1e-12)


@pytest.mark.parametrize("letter", ["x", "z"])
def test_products_over_other_sets_of_spins(drawn, letter):
    (network, params, masks), repeats = drawn
    n_sites = repeats[0].configurations.shape[1]
    triples = np.array([[0, 2, 1], [1, 2, 3]])
    asked = [Products("triples", letter, triples)]
    log_psi = all_log_psi(network, params)
    psi = np.exp(log_psi - log_psi.max())
    psi /= np.linalg.norm(psi)
    (exact,) = exact_observables(log_psi, asked)
    for value, triple in zip(exact.value, triples, strict=True):
        operator = dense_matrix([word(n_sites, letter.upper(), set(triple.tolist()))], [1.0]).real
        assert value == pytest.approx(psi @ operator @ psi, abs=1e-12)
    assert exact.total == pytest.approx(exact.value.sum(), abs=1e-12)
    (sampled,) = sampled_observables(network, params, masks, repeats[0], asked)
    assert (np.abs(sampled.value - exact.value) <= 5.0 * sampled.error).all()
    assert abs(sampled.total - exact.total) <= 5.0 * sampled.total_error


def test_an_observable_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="unknown observable 'yy'; allowed are x, xx, z, zz"):
        kinds(4, "yy")
