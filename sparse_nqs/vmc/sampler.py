"""Markov chains that sample |psi|^p: systematic sweeps of flip moves with heat-bath acceptance.

One sweep proposes every move once, in a fixed order, the same move in all chains at once. Move A from s is accepted
with probability psi(s')^p / (psi(s)^p + psi(s')^p), s' = s flipped on A. Each move is its own inverse and obeys
detailed balance with |psi|^p, so a sweep in fixed order leaves |psi|^p invariant. Metropolis acceptance does not work
here: if psi does not change under a move, it always accepts, and a systematic sweep then turns in circles.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp

from sparse_nqs.networks.amplitude import log_modulus
from sparse_nqs.networks.contract import (
    CacheT,
    FlipRows,
    Flips,
    FlipSchedule,
    ProposalT,
    StructureT,
    Walkers,
    WeightsT,
)
from sparse_nqs.vmc.random_numbers import Columns, uniform


class Sampler(NamedTuple):
    """How chains are moved.

    Attributes:
        moves: from `couplings.in_turn`.
        power: p.
        columns: which of the chains that share a key are moved; None: all.
    """

    moves: FlipSchedule
    power: jax.Array | float = 2.0
    columns: Columns | None = None


def random_spins(key: jax.Array, n_sites: int, n_chains: int) -> jax.Array:
    """Independent uniform configurations: float64 (N, C), entries +-1."""
    return jax.random.rademacher(key, (n_sites, n_chains), dtype=jnp.float64)


def sweep(
    flips: Flips[WeightsT, StructureT, CacheT, ProposalT],
    walkers: Walkers[WeightsT, StructureT, CacheT],
    sampler: Sampler,
    key: jax.Array,
) -> tuple[Walkers[WeightsT, StructureT, CacheT], jax.Array]:
    """Propose every move once in every chain.

    Returns:
        The walkers, and the accepted fraction of all proposals, float64 ().
    """
    n_sites, n_chains = walkers.spins.shape
    dtype = walkers.spins.dtype

    def propose(
        carry: tuple[CacheT, jax.Array, jax.Array], turn: tuple[FlipRows, jax.Array]
    ) -> tuple[tuple[CacheT, jax.Array, jax.Array], None]:
        cache, spins, accepted_count = carry
        row, threshold = turn
        log_ratio, proposal = flips.propose(walkers.moved(cache, spins), row)
        # u < r / (1 + r) with r = exp(p log_ratio), without overflow; padding is never accepted.
        accepted = (threshold < jax.nn.sigmoid(sampler.power * log_modulus(log_ratio))) & (
            row.sites[:, :1] < n_sites
        )
        cache = flips.accept(cache, proposal, accepted)
        signs = jnp.where(accepted, -1.0, 1.0).astype(spins.dtype)
        together, width = row.sites.shape
        signs = jnp.broadcast_to(signs[:, None, :], (together, width, n_chains)).reshape(-1, n_chains)
        spins = spins.at[row.sites.reshape(-1)].multiply(signs, mode="drop")
        return (cache, spins, accepted_count + accepted.sum(dtype=jnp.int32)), None

    # All random numbers in one call: each call would be compiled on its own.
    counts = [rows.sites.shape[0] * rows.sites.shape[1] for rows in sampler.moves]
    thresholds = uniform(key, (sum(counts), n_chains), dtype, sampler.columns)
    carry = (walkers.cache, walkers.spins, jnp.zeros((), dtype=jnp.int32))
    first, proposed = 0, jnp.zeros((), dtype=jnp.int32)
    for rows, count in zip(sampler.moves, counts, strict=True):
        here = thresholds[first : first + count].reshape(*rows.sites.shape[:2], n_chains)
        carry, _ = jax.lax.scan(propose, carry, (rows, here))
        first += count
        proposed = proposed + (rows.sites[:, :, 0] < n_sites).sum(dtype=jnp.int32)
    cache, spins, accepted_count = carry
    # A quotient of int32 would be float32.
    acceptance = accepted_count.astype(jnp.float64) / (proposed * n_chains).astype(jnp.float64)
    return walkers.moved(cache, spins), acceptance


def sweeps(
    flips: Flips[WeightsT, StructureT, CacheT, ProposalT],
    walkers: Walkers[WeightsT, StructureT, CacheT],
    sampler: Sampler,
    key: jax.Array,
    count: jax.Array | int,
    first: jax.Array | int = 0,
) -> tuple[Walkers[WeightsT, StructureT, CacheT], jax.Array]:
    """`count` sweeps, a traced or static number; returns as `sweep`, with the mean acceptance.

    Args:
        first: the number of the first of them, from which its random numbers follow.
    """

    def body(
        index: jax.Array, carry: tuple[CacheT, jax.Array, jax.Array]
    ) -> tuple[CacheT, jax.Array, jax.Array]:
        cache, spins, acceptance = carry
        moved, latest = sweep(
            flips, walkers.moved(cache, spins), sampler, jax.random.fold_in(key, first + index)
        )
        return moved.cache, moved.spins, acceptance + latest

    start = (walkers.cache, walkers.spins, jnp.zeros(()))
    cache, spins, total = jax.lax.fori_loop(0, count, body, start)
    return walkers.moved(cache, spins), total / jnp.maximum(count, 1)
