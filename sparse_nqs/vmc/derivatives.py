"""The derivatives O = d log psi / d theta as SR wants them: as numbers, or as bits where they are -1, 0 and 1.

In K the weights of the samples stand outside of the products, so K counts bits even with weights. In S they stand
inside the sum, so S takes numbers.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

from sparse_nqs.networks.contract import CacheT, FlipPath, ProposalT, StructureT, ThetaT, WeightsT
from sparse_nqs.networks.products import upper_gram, upper_gram_of_columns
from sparse_nqs.networks.sign_bits import SignBits, sums, transposed, upper_bit_gram
from sparse_nqs.vmc.chunks import in_chunks
from sparse_nqs.vmc.importance import WeightedSamples, mean, spread


class SrMatrices(NamedTuple):
    """What SR wants the derivatives O (P, C) for, in whatever form they are kept; A is that of `importance`.

    Attributes:
        covariance: () -> S = O A A^T O^T / C, float64 (P, P), on and above the diagonal.
        gram: () -> K = A^T O^T O A / C, float64 (C, C), on and above the diagonal.
        pull_back: (x (C,)) -> O A x / C, float64 (P,).
    """

    covariance: Callable[[], jax.Array]
    gram: Callable[[], jax.Array]
    pull_back: Callable[[jax.Array], jax.Array]


def pulled_back(
    path: FlipPath[ThetaT, WeightsT, StructureT, CacheT, ProposalT],
    samples: WeightedSamples[WeightsT, StructureT, CacheT],
    x: jax.Array,
) -> jax.Array:
    """O A x / C, float64 (P,), without writing O down; x (C,)."""
    walkers, importance = samples
    x = spread(x, importance).astype(walkers.spins.dtype)
    return path.derivatives.pullback(walkers, x).astype(jnp.float64) / walkers.spins.shape[1]


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
    path: FlipPath[ThetaT, WeightsT, StructureT, CacheT, ProposalT],
    samples: WeightedSamples[WeightsT, StructureT, CacheT],
    chunk_size: int | None,
) -> SrMatrices:
    walkers, importance = samples

    def of_chunk(chunk: jax.Array) -> jax.Array:
        return path.derivatives.log_derivatives(path.flips.at(walkers.weights, walkers.structure, chunk))

    if chunk_size is None:
        rows = path.derivatives.log_derivatives(walkers)
    else:
        rows = in_chunks(of_chunk, walkers.spins, chunk_size)
    # Only differences from the mean enter S and K. Next to large means they would drown in rounding errors. S is a
    # product in float64, because in float32 it need not be positive within a small lambda.
    rows = rows.astype(jnp.float64)
    rows = rows - mean(rows, importance)[:, None]
    if importance is not None:
        rows = rows * jnp.sqrt(importance)[None, :]
    n_samples = rows.shape[1]
    return SrMatrices(
        covariance=lambda: upper_gram(rows) / n_samples,
        gram=lambda: upper_gram_of_columns(rows) / n_samples,
        pull_back=lambda x: rows @ x / n_samples,
    )


def _as_bits(
    vectors: SignBits,
    importance: jax.Array | None,
    pull_back: Callable[[jax.Array], jax.Array],
    numbers: Callable[[], SrMatrices],
    n_samples: int,
) -> SrMatrices:
    def covariance() -> jax.Array:
        of_vectors = sums(vectors).astype(jnp.float64) / n_samples
        return upper_bit_gram(vectors).astype(jnp.float64) / n_samples - jnp.outer(of_vectors, of_vectors)

    def gram() -> jax.Array:
        return _centred(upper_bit_gram(transposed(vectors, n_samples)).astype(jnp.float64), importance)

    return SrMatrices(covariance if importance is None else lambda: numbers().covariance(), gram, pull_back)


def sr_matrices(
    path: FlipPath[ThetaT, WeightsT, StructureT, CacheT, ProposalT],
    samples: WeightedSamples[WeightsT, StructureT, CacheT],
    chunk_size: int | None = None,
) -> SrMatrices:
    """The derivatives at samples, as SR wants them.

    Args:
        chunk_size: configurations at a time, where the derivatives are numbers; None: all.
    """
    sign_bits = path.derivatives.sign_bits
    if sign_bits is None:
        return _as_numbers(path, samples, chunk_size)

    def numbers() -> SrMatrices:
        return _as_numbers(path, samples, chunk_size)

    def pull_back(x: jax.Array) -> jax.Array:
        return pulled_back(path, samples, x)

    n_samples = samples.walkers.spins.shape[1]
    return _as_bits(sign_bits(samples.walkers), samples.importance, pull_back, numbers, n_samples)
