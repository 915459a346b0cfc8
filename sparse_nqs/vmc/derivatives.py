"""The derivatives O = d log psi / d theta as SR wants them: as numbers, or as bits where they are -1, 0 and 1."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp

from sparse_nqs.networks import FlipPath
from sparse_nqs.networks.products import upper_gram, upper_gram_of_columns
from sparse_nqs.networks.protocol import Cache, Structure, Weights
from sparse_nqs.networks.sign_bits import SignBits, sums, transposed, upper_bit_gram
from sparse_nqs.vmc.chunks import in_chunks


class Derivatives(NamedTuple):
    """What the derivatives O (P, C) are wanted for, in whatever form they are kept.

    Attributes:
        covariance: () -> S, float64 (P, P), on and above the diagonal.
        kernel: () -> K, float64 (C, C), on and above the diagonal.
        pull_back: (x (C,)) -> O x / C for an x whose sum is zero, float64 (P,).
    """

    covariance: Callable[[], jax.Array]
    kernel: Callable[[], jax.Array]
    pull_back: Callable[[jax.Array], jax.Array]


def pulled_back(
    path: FlipPath, weights: Weights, structure: Structure, cache: Cache, spins: jax.Array, x: jax.Array
) -> jax.Array:
    """O x / C, float64 (P,), without writing O down; x (C,), whose sum is zero but for rounding."""
    # That rounding derivatives that are not centred would turn into a change of the weights.
    x = (x - x.mean()).astype(spins.dtype)
    return path.pullback(weights, structure, cache, spins, x).astype(jnp.float64) / spins.shape[1]


def _centred(overlap: jax.Array) -> jax.Array:
    """K from O^T O (n, n) of derivatives that are not centred; both on and above the diagonal."""
    upper = jnp.triu(overlap)
    share = jnp.full(overlap.shape[0], 1.0 / overlap.shape[0], overlap.dtype)
    # As products: XLA's own sums are slower.
    row_mean = upper @ share + share @ upper - jnp.diagonal(overlap) * share
    return (overlap - row_mean[:, None] - row_mean[None, :] + row_mean.mean()) / overlap.shape[0]


def _as_numbers(
    path: FlipPath,
    weights: Weights,
    structure: Structure,
    cache: Cache,
    spins: jax.Array,
    chunk_size: int | None,
) -> Derivatives:
    def of_chunk(chunk: jax.Array) -> jax.Array:
        return path.log_derivatives(weights, structure, path.build_cache(weights, structure, chunk), chunk)

    if chunk_size is None:
        rows = path.log_derivatives(weights, structure, cache, spins)
    else:
        rows = in_chunks(of_chunk, spins, chunk_size)
    # Only differences from the mean enter S and K, and next to large means they would drown in rounding errors. In
    # float64: S of a float32 product need not be positive within a small lambda.
    rows = rows.astype(jnp.float64)
    rows = rows - rows.mean(axis=1, keepdims=True)
    n_samples = rows.shape[1]
    return Derivatives(
        covariance=lambda: upper_gram(rows) / n_samples,
        kernel=lambda: upper_gram_of_columns(rows) / n_samples,
        pull_back=lambda x: rows @ x / n_samples,
    )


def _as_bits(vectors: SignBits, pull_back: Callable[[jax.Array], jax.Array], n_samples: int) -> Derivatives:
    def covariance() -> jax.Array:
        mean = sums(vectors).astype(jnp.float64) / n_samples
        return upper_bit_gram(vectors).astype(jnp.float64) / n_samples - jnp.outer(mean, mean)

    def kernel() -> jax.Array:
        return _centred(upper_bit_gram(transposed(vectors, n_samples)).astype(jnp.float64))

    return Derivatives(covariance, kernel, pull_back)


def derivatives_of(
    path: FlipPath,
    weights: Weights,
    structure: Structure,
    cache: Cache,
    spins: jax.Array,
    chunk_size: int | None = None,
) -> Derivatives:
    """The derivatives at configurations.

    Args:
        spins: (N, C), with `cache` their cache.
        chunk_size: configurations at a time, where the derivatives are numbers; None: all.
    """
    if path.sign_bits is None:
        return _as_numbers(path, weights, structure, cache, spins, chunk_size)
    vectors = path.sign_bits(weights, structure, cache, spins)
    return _as_bits(vectors, partial(pulled_back, path, weights, structure, cache, spins), spins.shape[1])
