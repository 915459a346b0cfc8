"""Expectation values by sampling, with error bars from independent chains.

The chains start from independent random configurations and are thermalised, so the means of different chains are
independent and their spread over sqrt(chains) is the standard error, whatever the autocorrelation within a chain.

The chains may go on, batch by batch, until the energy is known well enough. A sample depends only on the key and on
its place in its chain, not on the batches.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import Generic, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sparse_nqs.evaluation.convergence import chain_convergence
from sparse_nqs.evaluation.measurement import Estimate, Measurement
from sparse_nqs.networks import AnyFlipPath, FlipSchedule, MaskedNetwork, Network, Params
from sparse_nqs.networks.amplitude import psi_ratio
from sparse_nqs.networks.contract import CacheT, FlipPath, ProposalT, StructureT, ThetaT, WeightsT
from sparse_nqs.runtime import require_pinned
from sparse_nqs.vmc import Couplings, DeviceSystem, Sampler, in_order, in_turn, random_spins
from sparse_nqs.vmc.devices import unplaced, without_mesh
from sparse_nqs.vmc.local_energy import log_ratios, weigh_flips
from sparse_nqs.vmc.sampler import sweeps


class SamplingOptions(NamedTuple):
    """How to sample a state.

    Attributes:
        chains: independent chains, at least 32 for an error bar one can trust.
        samples_per_chain: configurations of each chain in a batch.
        sweeps: sweeps between two of them.
        thermalisation: sweeps from random configurations before the first.
    """

    chains: int
    samples_per_chain: int
    sweeps: int
    thermalisation: int


class Accuracy(NamedTuple):
    """When batches are enough.

    Attributes:
        target_error: the standard error of the energy to reach, in the Hamiltonian's unit; None: one batch is enough.
        max_samples_per_chain: how many configurations of each chain may be drawn on the way.
    """

    target_error: float | None = None
    max_samples_per_chain: int = 4096


class Samples(NamedTuple):
    """Configurations of a state and what was measured in them, R from each of C chains.

    Attributes:
        spins: int8 (R, N, C), entries +-1; None where only the measured values are kept.
        log_psi: float64 (R, C).
        energy: local energies, float64 (R, C).
        m_z: sum_i s_i / N, float64 (R, C).
        m_x: the mean of `flip_values` over the flips of one spin, float64 (R, C).
    """

    spins: np.ndarray | None
    log_psi: np.ndarray
    energy: np.ndarray
    m_z: np.ndarray
    m_x: np.ndarray

    @property
    def configurations(self) -> np.ndarray:
        """The spins, int8 (R, N, C).

        Raises:
            ValueError: if they were not kept.
        """
        if self.spins is None:
            raise ValueError(
                "the configurations of these samples were not kept, only what was measured in them"
            )
        return self.spins


def flip_values(log_ratios: jax.Array) -> jax.Array:
    """What a sample s of psi^2 counts for the operator that flips some spins, s -> s': between 0 and 1, not the
    ratio.

    The state must be positive. Average psi(s') / psi(s) at s and its inverse at s' with psi^2 as the weight of each.
    The result is 2 psi(s) psi(s') / (psi(s)^2 + psi(s')^2) = 1 / cosh(log ratio). It has the same expectation value and
    never more variance. The ratio itself may take half of its mean from configurations that are never drawn.
    """
    return 1.0 / jnp.cosh(log_ratios)


class _Constants(NamedTuple, Generic[WeightsT, StructureT]):
    """What is the same in all batches: a state, a Hamiltonian, and flips as the state's flip path goes through them.

    Attributes:
        weights: of the state.
        structure: of its mask.
        couplings: the Hamiltonian.
        flips: its flip sets.
        moves: what a sweep proposes.
        singles: the flips of one spin.
    """

    weights: WeightsT
    structure: StructureT
    couplings: Couplings
    flips: FlipSchedule
    moves: FlipSchedule
    singles: FlipSchedule


@partial(jax.jit, static_argnames=("path", "n_sites", "options"))
def _thermalise(
    constants: _Constants[WeightsT, StructureT],
    keys: tuple[jax.Array, jax.Array],
    *,
    path: FlipPath[ThetaT, WeightsT, StructureT, CacheT, ProposalT],
    n_sites: int,
    options: SamplingOptions,
) -> jax.Array:
    """Spins (N, C) of chains that have forgotten their random start; keys of the start and of the sweeps."""
    start_key, warm_key = keys
    spins = random_spins(start_key, n_sites, options.chains)
    walkers = path.flips.at(constants.weights, constants.structure, spins)
    sampler = Sampler(constants.moves)
    return sweeps(path.flips, walkers, sampler, warm_key, options.thermalisation)[0].spins


@partial(jax.jit, static_argnames=("path", "options"))
def _draw(
    constants: _Constants[WeightsT, StructureT],
    spins: jax.Array,
    key: jax.Array,
    first: jax.Array,
    *,
    path: FlipPath[ThetaT, WeightsT, StructureT, CacheT, ProposalT],
    options: SamplingOptions,
) -> tuple[jax.Array, tuple[jax.Array, ...]]:
    """The spins at the end of a batch whose first sample has the number `first` in its chain, and its `Samples`."""
    couplings, sampler = constants.couplings, Sampler(constants.moves)
    begun = path.flips.at(constants.weights, constants.structure, spins)
    flips_are_singles = len(couplings.flips) == 1 and couplings.flips[0].shape == (spins.shape[0], 1)

    def draw(
        carry: tuple[CacheT, jax.Array], index: jax.Array
    ) -> tuple[tuple[CacheT, jax.Array], tuple[jax.Array, ...]]:
        key_here = jax.random.fold_in(key, index)
        walkers, _ = sweeps(path.flips, begun.moved(*carry), sampler, key_here, options.sweeps)
        ratios = log_ratios(path.flips, walkers, constants.flips)
        single_ratios = ratios if flips_are_singles else log_ratios(path.flips, walkers, constants.singles)
        row = (
            walkers.spins.astype(jnp.int8),
            path.flips.log_psi(walkers.cache),
            weigh_flips(couplings, walkers.spins, psi_ratio(ratios)),
            walkers.spins.mean(axis=0),
            flip_values(single_ratios).mean(axis=0),
        )
        return (walkers.cache, walkers.spins), row

    numbers = first + jnp.arange(options.samples_per_chain)
    (_, spins), rows = jax.lax.scan(draw, (begun.cache, spins), numbers)
    return spins, rows


def sample_batches(
    state: MaskedNetwork, system: DeviceSystem, options: SamplingOptions, key: jax.Array
) -> Iterator[Samples]:
    """Draw configurations of |psi|^2 and measure them, batch after batch of the same chains, without end.

    Args:
        state: its pruned weights are zero.
        system: the Hamiltonian, in whose unit the local energies are, and what a sweep proposes.
        options: the sizes R and C of a batch, and what lies between two samples of a chain.
        key: the only source of randomness.

    Raises:
        WorkError: if JAX's options would change numbers.
    """
    require_pinned(key)
    path, n_sites = state.network.flip_path, state.network.n_sites
    with without_mesh():
        params, system, key = unplaced((state.params, system, key))
        constants = _constants(path, state._replace(params=params), system)
        start_key, warm_key, draw_key = jax.random.split(key, 3)
        spins = _thermalise(constants, (start_key, warm_key), path=path, n_sites=n_sites, options=options)
    for first in count(0, options.samples_per_chain):
        with without_mesh():
            spins, drawn = _draw(constants, spins, draw_key, first, path=path, options=options)
        yield Samples(*(np.asarray(part) for part in drawn))


def _constants(path: AnyFlipPath, state: MaskedNetwork, system: DeviceSystem) -> _Constants:
    structure = path.masking.build_structure(state.masks)
    theta = path.masking.compress(state.params, structure)
    return _Constants(
        path.masking.weights(theta, structure, jnp.float64),
        structure,
        system.couplings,
        flips=in_order(path.flips, structure, system.couplings.flips),
        moves=in_turn(path.flips, structure, system.moves),
        singles=in_order(path.flips, structure, (np.arange(state.network.n_sites)[:, None],)),
    )


@partial(jax.jit, static_argnames=("log_psi",))
def _log_psi_rows(
    params: Params, spins: jax.Array, *, log_psi: Callable[[Params, jax.Array], jax.Array]
) -> jax.Array:
    return jax.lax.map(lambda row: log_psi(params, row.T.astype(jnp.float64)), spins)


def log_psi_at(network: Network, params: Params, spins: np.ndarray) -> np.ndarray:
    """Log psi at sampled spins, int8 (R, N, C): float64 (R, C)."""
    require_pinned()
    return np.asarray(_log_psi_rows(params, spins, log_psi=network.log_psi))


def chain_estimate(values: np.ndarray) -> Estimate:
    """The mean of values (R, C) and its standard error from the means of the C chains."""
    means = values.mean(axis=0)
    return Estimate(float(means.mean()), float(means.std(ddof=1) / np.sqrt(len(means))))


def evaluate_to_accuracy(batches: Iterator[Samples], accuracy: Accuracy) -> Measurement:
    """Expectation values and standard errors, from at least one batch and until the accuracy is reached.

    Configurations are not kept, so memory is 32 bytes a sample.
    """
    drawn = [next(batches)._replace(spins=None)]
    rows = batch = len(drawn[0].energy)
    if accuracy.target_error is not None:
        energies = drawn[0].energy.sum(axis=0)
        while chain_estimate(energies[None, :] / rows).error > accuracy.target_error:
            if rows + batch > accuracy.max_samples_per_chain:
                break
            drawn.append(next(batches)._replace(spins=None))
            rows += batch
            energies = energies + drawn[-1].energy.sum(axis=0)
    names = Samples._fields[1:]
    joined = {name: np.concatenate([getattr(part, name) for part in drawn]) for name in names}
    return evaluate_by_sampling(Samples(spins=None, **joined))


def evaluate_by_sampling(samples: Samples) -> Measurement:
    """Expectation values, standard errors and the energy's convergence from the samples of a state."""
    energy = chain_estimate(samples.energy)
    return Measurement(
        method="sampled",
        energy=energy,
        variance=chain_estimate((samples.energy - energy.value) ** 2),
        m_z=chain_estimate(samples.m_z),
        m_z_abs=chain_estimate(np.abs(samples.m_z)),
        m_x=chain_estimate(samples.m_x),
        n_samples=samples.energy.size,
        convergence=chain_convergence(samples.energy),
    )
