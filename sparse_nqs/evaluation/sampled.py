"""Expectation values by sampling, with error bars from independent chains.

The chains start from independent random configurations and are thermalised, so the means of different chains are
independent and their spread over sqrt(chains) is the standard error, whatever the autocorrelation within a chain.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sparse_nqs.evaluation.measurement import Estimate, Measurement
from sparse_nqs.networks import Network, Params, Stages
from sparse_nqs.vmc import Couplings, FlipSets, in_order, in_turn, random_spins
from sparse_nqs.vmc.local_energy import log_ratios, weigh_flips
from sparse_nqs.vmc.sampler import sweeps


class SamplingOptions(NamedTuple):
    """How to sample a state.

    Attributes:
        chains: independent chains, at least 32 for an error bar one can trust.
        samples_per_chain: configurations kept from each chain.
        sweeps: sweeps between two of them.
        thermalisation: sweeps from random configurations before the first.
    """

    chains: int
    samples_per_chain: int
    sweeps: int
    thermalisation: int


class Samples(NamedTuple):
    """Configurations of a state and what was measured in them, R from each of C chains.

    Attributes:
        spins: int8 (R, N, C), entries +-1.
        log_psi: float64 (R, C).
        energy: local energies, float64 (R, C).
        m_z: sum_i s_i / N, float64 (R, C).
        m_x: sum_i psi(s flipped at i) / psi(s) / N, float64 (R, C).
    """

    spins: np.ndarray
    log_psi: np.ndarray
    energy: np.ndarray
    m_z: np.ndarray
    m_x: np.ndarray


@partial(jax.jit, static_argnames=("path", "n_sites", "options"))
def _draw(
    weights,
    structure,
    couplings: Couplings,
    flips: Stages,
    moves: Stages,
    singles: Stages,
    key,
    *,
    path,
    n_sites,
    options,
):
    start_key, warm_key, draw_key = jax.random.split(key, 3)
    spins = random_spins(start_key, n_sites, options.chains)
    cache = path.build_cache(weights, structure, spins)
    cache, spins, _ = sweeps(path, weights, structure, cache, spins, moves, warm_key, options.thermalisation)
    flips_are_singles = len(couplings.flips) == 1 and couplings.flips[0].shape == (n_sites, 1)

    def draw(carry, index):
        cache, spins = carry
        cache, spins, _ = sweeps(
            path, weights, structure, cache, spins, moves, jax.random.fold_in(draw_key, index), options.sweeps
        )
        ratios = jnp.exp(log_ratios(path, weights, structure, cache, spins, flips))
        single_ratios = (
            ratios
            if flips_are_singles
            else jnp.exp(log_ratios(path, weights, structure, cache, spins, singles))
        )
        row = Samples(
            spins.astype(jnp.int8),
            path.log_psi(cache),
            weigh_flips(couplings, spins, ratios),
            spins.mean(axis=0),
            single_ratios.mean(axis=0),
        )
        return (cache, spins), row

    return jax.lax.scan(draw, (cache, spins), jnp.arange(options.samples_per_chain))[1]


def sample_states(
    network: Network,
    params: Params,
    masks: dict[str, np.ndarray],
    couplings: Couplings,
    moves: FlipSets,
    options: SamplingOptions,
    key: jax.Array,
) -> Samples:
    """Draw configurations of |psi|^2 and measure them."""
    path = network.flip_path
    structure = path.build_structure(masks)
    singles = (np.arange(network.n_sites)[:, None],)
    drawn = _draw(
        path.weights(path.compress(params, structure), structure, jnp.float64),
        structure,
        couplings,
        in_order(path, structure, couplings.flips),
        in_turn(path, structure, moves),
        in_order(path, structure, singles),
        key,
        path=path,
        n_sites=network.n_sites,
        options=options,
    )
    return Samples(*(np.asarray(part) for part in drawn))


@partial(jax.jit, static_argnames=("log_psi",))
def _log_psi_rows(params, spins, *, log_psi):
    return jax.lax.map(lambda row: log_psi(params, row.T.astype(jnp.float64)), spins)


def log_psi_at(network: Network, params: Params, spins: np.ndarray) -> np.ndarray:
    """Log psi at sampled spins, int8 (R, N, C): float64 (R, C)."""
    return np.asarray(_log_psi_rows(params, spins, log_psi=network.log_psi))


def chain_estimate(values: np.ndarray) -> Estimate:
    """The mean of values (R, C) and its standard error from the means of the C chains."""
    means = values.mean(axis=0)
    return Estimate(float(means.mean()), float(means.std(ddof=1) / np.sqrt(len(means))))


def evaluate_by_sampling(samples: Samples) -> Measurement:
    """Expectation values and standard errors from the samples of a state."""
    energy = chain_estimate(samples.energy)
    return Measurement(
        method="sampled",
        energy=energy,
        variance=chain_estimate((samples.energy - energy.value) ** 2),
        m_z=chain_estimate(samples.m_z),
        m_z_abs=chain_estimate(np.abs(samples.m_z)),
        m_x=chain_estimate(samples.m_x),
    )
