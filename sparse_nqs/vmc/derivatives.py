"""The derivatives O = d log psi / d theta as SR wants them: as numbers, or as bits where they are -1, 0 and 1.

In K the weights of the samples stand outside of the products, so K counts bits even with weights. In S they stand
inside the sum, so S takes numbers.
"""

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
from sparse_nqs.vmc.importance import mean, spread


class Derivatives(NamedTuple):
    """What the derivatives O (P, C) are wanted for, in whatever form they are kept; A is that of `importance`.

    Attributes:
        covariance: () -> S = O A A^T O^T / C, float64 (P, P), on and above the diagonal.
        kernel: () -> K = A^T O^T O A / C, float64 (C, C), on and above the diagonal.
        pull_back: (x (C,)) -> O A x / C, float64 (P,).
    """

    covariance: Callable[[], jax.Array]
    kernel: Callable[[], jax.Array]
    pull_back: Callable[[jax.Array], jax.Array]


def pulled_back(
    path: FlipPath,
    weights: Weights,
    structure: Structure,
    cache: Cache,
    spins: jax.Array,
    importance: jax.Array | None,
    x: jax.Array,
) -> jax.Array:
    """O A x / C, float64 (P,), without writing O down; x (C,)."""
    x = spread(x, importance).astype(spins.dtype)
    return path.pullback(weights, structure, cache, spins, x).astype(jnp.float64) / spins.shape[1]


def _centred(overlap: jax.Array, importance: jax.Array | None) -> jax.Array:
    """K from O^T O (n, n) of derivatives that are not centred; both on and above the diagonal."""
    size = overlap.shape[0]
    upper = jnp.triu(overlap)
    share = jnp.full(size, 1.0 / size, overlap.dtype) if importance is None else importance / size
    # As products: XLA's own sums are slower.
    row_mean = upper @ share + share @ upper - jnp.diagonal(overlap) * share
    centred = (overlap - row_mean[:, None] - row_mean[None, :] + mean(row_mean, importance)) / size
    if importance is None:
        return centred
    root = jnp.sqrt(importance)
    return root[:, None] * centred * root[None, :]


def _as_numbers(
    path: FlipPath,
    weights: Weights,
    structure: Structure,
    cache: Cache,
    spins: jax.Array,
    importance: jax.Array | None,
    chunk_size: int | None,
) -> Derivatives:
    def of_chunk(chunk: jax.Array) -> jax.Array:
        return path.log_derivatives(weights, structure, path.build_cache(weights, structure, chunk), chunk)

    if chunk_size is None:
        rows = path.log_derivatives(weights, structure, cache, spins)
    else:
        rows = in_chunks(of_chunk, spins, chunk_size)
    # Only differences from the mean enter S and K. Next to large means they would drown in rounding errors. S is a
    # product in float64, because in float32 it need not be positive within a small lambda.
    rows = rows.astype(jnp.float64)
    rows = rows - mean(rows, importance)[:, None]
    if importance is not None:
        rows = rows * jnp.sqrt(importance)[None, :]
    n_samples = rows.shape[1]
    return Derivatives(
        covariance=lambda: upper_gram(rows) / n_samples,
        kernel=lambda: upper_gram_of_columns(rows) / n_samples,
        pull_back=lambda x: rows @ x / n_samples,
    )


def _as_bits(
    vectors: SignBits,
    importance: jax.Array | None,
    pull_back: Callable[[jax.Array], jax.Array],
    numbers: Callable[[], Derivatives],
    n_samples: int,
) -> Derivatives:
    def covariance() -> jax.Array:
        of_vectors = sums(vectors).astype(jnp.float64) / n_samples
        return upper_bit_gram(vectors).astype(jnp.float64) / n_samples - jnp.outer(of_vectors, of_vectors)

    def kernel() -> jax.Array:
        return _centred(upper_bit_gram(transposed(vectors, n_samples)).astype(jnp.float64), importance)

    return Derivatives(
        covariance if importance is None else lambda: numbers().covariance(), kernel, pull_back
    )


def derivatives_of(
    path: FlipPath,
    weights: Weights,
    structure: Structure,
    cache: Cache,
    spins: jax.Array,
    importance: jax.Array | None = None,
    chunk_size: int | None = None,
) -> Derivatives:
    """The derivatives at configurations.

    Args:
        spins: (N, C), with `cache` their cache.
        importance: the samples' weights, see `importance`.
        chunk_size: configurations at a time, where the derivatives are numbers; None: all.
    """
    state = path, weights, structure, cache, spins
    numbers = partial(_as_numbers, *state, importance, chunk_size)
    if path.sign_bits is None:
        return numbers()
    vectors = path.sign_bits(weights, structure, cache, spins)
    return _as_bits(vectors, importance, partial(pulled_back, *state, importance), numbers, spins.shape[1])
