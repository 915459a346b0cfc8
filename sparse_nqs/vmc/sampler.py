"""Markov chains that sample |psi|^2: systematic sweeps of flip moves with heat-bath acceptance.

One sweep proposes every move once, in a fixed order, the same move in all chains at once. Move A from s is accepted
with probability psi(s')^2 / (psi(s)^2 + psi(s')^2), s' = s flipped on A. Each move is its own inverse and obeys
detailed balance with |psi|^2, so a sweep in fixed order leaves |psi|^2 invariant. Metropolis acceptance would not do
here: where psi does not change under a move it always accepts, and a systematic sweep then turns in circles.
"""

import jax
import jax.numpy as jnp

from sparse_nqs.networks import FlipPath
from sparse_nqs.vmc.couplings import FlipSets


def random_spins(key: jax.Array, n_sites: int, n_chains: int) -> jax.Array:
    """Independent uniform configurations: float64 (N, C), entries +-1."""
    return jax.random.rademacher(key, (n_sites, n_chains), dtype=jnp.float64)


def sweep(path: FlipPath, theta, structure, cache, spins: jax.Array, moves: FlipSets, key: jax.Array):
    """Propose every move once in every chain.

    Args:
        spins: float64 (N, C), with `cache` their cache.
        moves: the flip sets to propose, by width.

    Returns:
        (cache, spins, acceptance): acceptance is the accepted fraction of all proposals, float64 ().
    """

    def propose(carry, move):
        cache, spins, accepted_count = carry
        sites, threshold = move
        log_ratio, proposal = path.propose(theta, structure, cache, spins, sites)
        # u < r / (1 + r) with r = exp(2 log_ratio), without overflow.
        accepted = threshold < jax.nn.sigmoid(2.0 * log_ratio)
        cache = path.accept(cache, proposal, accepted)
        spins = spins.at[sites].multiply(jnp.where(accepted, -1.0, 1.0)[None, :])
        return (cache, spins, accepted_count + accepted.sum()), None

    counts = [group.shape[0] for group in moves]
    thresholds = jax.random.uniform(key, (sum(counts), spins.shape[1]), dtype=jnp.float32).astype(jnp.float64)
    carry = (cache, spins, jnp.zeros((), dtype=jnp.int64))
    first = 0
    for group, count in zip(moves, counts, strict=True):
        carry, _ = jax.lax.scan(propose, carry, (group, thresholds[first : first + count]))
        first += count
    cache, spins, accepted_count = carry
    return cache, spins, accepted_count / thresholds.size


def sweeps(path: FlipPath, theta, structure, cache, spins: jax.Array, moves: FlipSets, key: jax.Array, count):
    """`count` sweeps, a traced or static number; returns as `sweep`, with the mean acceptance."""

    def body(index, carry):
        cache, spins, acceptance = carry
        cache, spins, latest = sweep(
            path, theta, structure, cache, spins, moves, jax.random.fold_in(key, index)
        )
        return cache, spins, acceptance + latest

    cache, spins, total = jax.lax.fori_loop(0, count, body, (cache, spins, jnp.zeros(())))
    return cache, spins, total / jnp.maximum(count, 1)
