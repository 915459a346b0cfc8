from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from cases import SYSTEMS, all_configurations, rows_of
from marks import slow
from scipy import stats

from sparse_nqs.hamiltonians import cluster_moves, compile_pauli_strings
from sparse_nqs.vmc import Sampler, flip_sets, in_turn, random_spins, sampler_moves, sweep
from sparse_nqs.vmc.sampler import sweeps

from .setups import setup, table_of, walkers_at

pytestmark = pytest.mark.usefixtures("schedules")

run_sweep = partial(jax.jit, static_argnums=0)(sweep)
run_sweeps = partial(jax.jit, static_argnums=0)(sweeps)


def run(state, spins, moves, seed, count=None, **more):
    """One sweep, or `count` of them, from spins (N, C): (cache, configurations (C, N), acceptance)."""
    flips = state.network.flip_path.flips
    sampler = Sampler(in_turn(flips, state.structure, moves), **more)
    arguments = (flips, walkers_at(state, spins), sampler, jax.random.key(seed))
    walkers, acceptance = run_sweep(*arguments) if count is None else run_sweeps(*arguments, count)
    return walkers.cache, np.asarray(walkers.spins).T, float(acceptance)


def probabilities(state, power=2.0):
    log_psi = state.log_psi(all_configurations(state.table.n_sites))
    weights = np.exp(power * (log_psi - log_psi.max()))
    return weights / weights.sum()


def p_value(configurations, probability):
    """Chi-square of configurations against probabilities; rare configurations are counted together."""
    counts = np.bincount(rows_of(configurations), minlength=len(probability))
    expected = probability * len(configurations)
    rare = expected < 10
    if rare.any():
        counts = np.append(counts[~rare], counts[rare].sum())
        expected = np.append(expected[~rare], expected[rare].sum())
    return stats.chisquare(counts, expected).pvalue


def transition_matrix(move, configurations, probability):
    """The heat-bath move in exact arithmetic: rows from, columns to."""
    flipped = configurations.copy()
    flipped[:, list(move)] *= -1
    target = rows_of(flipped)
    accepted = probability[target] / (probability + probability[target])
    matrix = np.diag(1.0 - accepted)
    matrix[np.arange(len(target)), target] += accepted
    return matrix


@pytest.fixture(scope="module")
def chain_of_four():
    """A small non-uniform state, and moves of every width: one to four sites."""
    state = setup(compile_pauli_strings(["ZZII", "XIII"], -np.ones(2)), "half", scale=0.5, seed=4)
    clusters = np.array([[1, 1, 0, 0], [0, 1, 1, 1], [1, 1, 1, 1]], dtype=bool)
    return state, clusters


def test_every_move_obeys_detailed_balance(chain_of_four):
    state, clusters = chain_of_four
    configurations, probability = all_configurations(4), probabilities(state)
    repeats = 2000
    starts = np.repeat(configurations, repeats, axis=0)
    for index, mask in enumerate([*np.eye(4, dtype=bool), *clusters]):
        move = np.flatnonzero(mask)
        exact = transition_matrix(move, configurations, probability)
        flow = probability[:, None] * exact
        np.testing.assert_allclose(flow, flow.T, atol=1e-15)
        # The program's acceptance from every configuration is the exact matrix's.
        _, ends, acceptance = run(state, jnp.asarray(starts.T), flip_sets(mask[None])[0], index)
        moved = (ends != starts).any(axis=1)
        np.testing.assert_array_equal(ends[moved][:, move], -starts[moved][:, move])
        np.testing.assert_array_equal(np.delete(ends, move, axis=1), np.delete(starts, move, axis=1))
        expected = 1.0 - np.diag(exact)
        error = np.sqrt(expected * (1.0 - expected) / repeats)
        measured = moved.reshape(-1, repeats).mean(axis=1)
        assert (np.abs(measured - expected) < 5.0 * error + 1e-12).all()
        assert acceptance == pytest.approx(moved.mean(), abs=1e-12)


def test_a_sweep_is_the_product_of_its_moves_and_keeps_the_distribution(chain_of_four):
    state, clusters = chain_of_four
    configurations, probability = all_configurations(4), probabilities(state)
    moves = sampler_moves({"cluster": clusters}, 4)
    exact = np.eye(16)
    # The moves of a row commute.
    for rows in in_turn(state.network.flip_path.flips, state.structure, moves):
        for move in np.asarray(rows.sites).reshape(-1, rows.sites.shape[-1]):
            if move[0] < 4:
                exact = exact @ transition_matrix(move, configurations, probability)
    np.testing.assert_allclose(probability @ exact, probability, atol=1e-14)
    repeats = 4000
    _, ends, _ = run(state, jnp.asarray(np.repeat(configurations, repeats, axis=0).T), moves, 11)
    values = [p_value(ends[r * repeats : (r + 1) * repeats], exact[r]) for r in range(16)]
    # The smallest of 16 p-values.
    assert min(values) > 1e-4 / 16


@pytest.mark.parametrize("name", ["toric_code", slow("tfim_open")])
def test_samples_are_distributed_as_psi_squared_or_another_power(name):
    state = setup(table_of(name), "half", scale=0.35, seed=7)
    probability = probabilities(state)
    moves = sampler_moves(cluster_moves(SYSTEMS[name], state.table), state.table.n_sites)
    start = random_spins(jax.random.key(1), state.table.n_sites, 20_000)
    _, ends, acceptance = run(state, start, moves, 2, 20)
    assert p_value(ends, probability) > 1e-4
    assert 0.05 < acceptance < 0.6
    # The test can tell: neither the start nor a uniform sample would pass.
    assert p_value(np.asarray(start).T, probability) < 1e-12
    for power in (0.5, 1.0, 1.5):
        _, ends, _ = run(state, start, moves, 2, 20, power=power)
        assert p_value(ends, probabilities(state, power)) > 1e-4
        assert p_value(ends, probability) < 1e-12


@pytest.mark.parametrize("name", ["toric_code", slow("tfim_open")])
def test_the_flat_state_is_sampled_uniformly_from_one_configuration(name):
    """Metropolis acceptance would accept every move of every sweep and visit the same few configurations."""
    state = setup(table_of(name), "half", scale=0.0, seed=7)
    n_sites = state.table.n_sites
    moves = sampler_moves(cluster_moves(SYSTEMS[name], state.table), state.table.n_sites)
    _, ends, acceptance = run(state, jnp.ones((n_sites, 20_000)), moves, 3, 1)
    assert p_value(ends, np.full(2**n_sites, 2.0**-n_sites)) > 1e-4
    assert acceptance == pytest.approx(0.5, abs=0.01)


def test_the_carried_cache_stays_the_fresh_one_and_sweeps_follow_the_key():
    state = setup(table_of("toric_code"), "half")
    moves = sampler_moves(cluster_moves(SYSTEMS["toric_code"], state.table), state.table.n_sites)
    start = random_spins(jax.random.key(5), state.table.n_sites, 64)
    cache, ends, _ = run(state, start, moves, 6, 300)
    assert set(np.unique(ends)) == {-1.0, 1.0}
    np.testing.assert_allclose(cache.z, walkers_at(state, jnp.asarray(ends.T)).cache.z, atol=1e-11)
    np.testing.assert_allclose(state.network.flip_path.flips.log_psi(cache), state.log_psi(ends), atol=1e-11)

    np.testing.assert_array_equal(run(state, start, moves, 6, 300)[1], ends)
    assert (run(state, start, moves, 7, 300)[1] != ends).any()
    _, unmoved, acceptance = run(state, start, moves, 6, 0)
    np.testing.assert_array_equal(unmoved.T, start)
    assert acceptance == 0.0


def test_random_spins_are_uniform_and_independent():
    spins = np.asarray(random_spins(jax.random.key(2), 6, 40_000))
    assert spins.shape == (6, 40_000)
    assert spins.dtype == np.float64
    assert p_value(spins.T, np.full(64, 1 / 64)) > 1e-4
