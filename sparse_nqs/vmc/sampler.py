"""Markov chains that sample |psi|^p: systematic sweeps of flip moves with heat-bath acceptance.

One sweep proposes every move once, in a fixed order, the same move in all chains at once. Move A from s is accepted
with probability psi(s')^p / (psi(s)^p + psi(s')^p), s' = s flipped on A. Each move is its own inverse and obeys
detailed balance with |psi|^p, so a sweep in fixed order leaves |psi|^p invariant. Metropolis acceptance does not work
here: if psi does not change under a move, it always accepts, and a systematic sweep then turns in circles.
"""

import jax
import jax.numpy as jnp

from sparse_nqs.networks import FlipPath, Stages
from sparse_nqs.networks.protocol import Cache, Stage, Structure, Weights
from sparse_nqs.vmc.random_numbers import uniform


def random_spins(key: jax.Array, n_sites: int, n_chains: int) -> jax.Array:
    """Independent uniform configurations: float64 (N, C), entries +-1."""
    return jax.random.rademacher(key, (n_sites, n_chains), dtype=jnp.float64)


def sweep(
    path: FlipPath,
    weights: Weights,
    structure: Structure,
    cache: Cache,
    spins: jax.Array,
    moves: Stages,
    key: jax.Array,
    power: jax.Array | float = 2.0,
) -> tuple[Cache, jax.Array, jax.Array]:
    """Propose every move once in every chain.

    Args:
        spins: (N, C), entries +-1, with `cache` their cache.
        moves: from `couplings.in_turn`.
        power: p.

    Returns:
        (cache, spins, acceptance): acceptance is the accepted fraction of all proposals, float64 ().
    """
    n_sites, n_chains = spins.shape

    def propose(
        carry: tuple[Cache, jax.Array, jax.Array], turn: tuple[Stage, jax.Array]
    ) -> tuple[tuple[Cache, jax.Array, jax.Array], None]:
        cache, spins, accepted_count = carry
        row, threshold = turn
        log_ratio, proposal = path.propose(weights, structure, cache, spins, row)
        # u < r / (1 + r) with r = exp(p log_ratio), without overflow; padding is never accepted.
        accepted = (threshold < jax.nn.sigmoid(power * log_ratio)) & (row.sites[:, :1] < n_sites)
        cache = path.accept(cache, proposal, accepted)
        signs = jnp.where(accepted, -1.0, 1.0).astype(spins.dtype)
        together, width = row.sites.shape
        signs = jnp.broadcast_to(signs[:, None, :], (together, width, n_chains)).reshape(-1, n_chains)
        spins = spins.at[row.sites.reshape(-1)].multiply(signs, mode="drop")
        return (cache, spins, accepted_count + accepted.sum(dtype=jnp.int32)), None

    # All random numbers in one call: each call would be compiled on its own.
    counts = [stage.sites.shape[0] * stage.sites.shape[1] for stage in moves]
    thresholds = uniform(key, (sum(counts), n_chains), spins.dtype)
    carry = (cache, spins, jnp.zeros((), dtype=jnp.int32))
    first, proposed = 0, jnp.zeros((), dtype=jnp.int32)
    for stage, count in zip(moves, counts, strict=True):
        here = thresholds[first : first + count].reshape(*stage.sites.shape[:2], n_chains)
        carry, _ = jax.lax.scan(propose, carry, (stage, here))
        first += count
        proposed = proposed + (stage.sites[:, :, 0] < n_sites).sum(dtype=jnp.int32)
    cache, spins, accepted_count = carry
    # A quotient of int32 would be float32.
    return cache, spins, accepted_count.astype(jnp.float64) / (proposed * n_chains).astype(jnp.float64)


def sweeps(
    path: FlipPath,
    weights: Weights,
    structure: Structure,
    cache: Cache,
    spins: jax.Array,
    moves: Stages,
    key: jax.Array,
    count: jax.Array | int,
    first: jax.Array | int = 0,
    power: jax.Array | float = 2.0,
) -> tuple[Cache, jax.Array, jax.Array]:
    """`count` sweeps, a traced or static number; returns as `sweep`, with the mean acceptance.

    Args:
        first: the number of the first of them, from which its random numbers follow.
        power: p.
    """

    def body(
        index: jax.Array, carry: tuple[Cache, jax.Array, jax.Array]
    ) -> tuple[Cache, jax.Array, jax.Array]:
        cache, spins, acceptance = carry
        cache, spins, latest = sweep(
            path, weights, structure, cache, spins, moves, jax.random.fold_in(key, first + index), power
        )
        return cache, spins, acceptance + latest

    cache, spins, total = jax.lax.fori_loop(0, count, body, (cache, spins, jnp.zeros(())))
    return cache, spins, total / jnp.maximum(count, 1)
