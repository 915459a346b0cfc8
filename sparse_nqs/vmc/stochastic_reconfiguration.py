"""Stochastic reconfiguration (SR): the direction d with (S + lambda) d = F.

S = Cov(O), F = Cov(O, E_loc), O = d log psi / d theta (S. Sorella, Phys. Rev. Lett. 80, 4558 (1998)). With fewer
samples than active weights the same d is found in sample space,

    (S + lambda)^-1 F = O^T (K + lambda)^-1 (E_loc - <E_loc>) / n,   K = O O^T / n   (O centred),

the form of A. Chen and M. Heyl, Nat. Phys. 20, 1476 (2024). There are three ways to it, chosen by their cost before
compilation:

- "parameters" and "samples": S or K as a matrix, Cholesky factorisation in float64;
- "iterative": conjugate gradients in sample space without K, for a network that multiplies by it more cheaply than
  it can be written down. Without pruning K is cheap for such a network; that matrix, times the share of weights left,
  is the preconditioner, and for an unpruned network nearly the solution.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

from sparse_nqs.networks import FlipPath
from sparse_nqs.networks.products import upper_gram, upper_gram_of_columns
from sparse_nqs.networks.protocol import Cache, Structure, Weights
from sparse_nqs.networks.sign_bits import sums, transposed, upper_bit_gram
from sparse_nqs.vmc.chunks import in_chunks
from sparse_nqs.vmc.linear import cholesky, conjugate_gradients, substitute

# Relative residual of the iteration, by the dtype of the products.
_TOLERANCE = {"float32": 1e-6, "float64": 1e-12}
_MOST_ITERATIONS = 500

# Seconds, up to a common factor: for an operation in a matrix product and in counting bits, in a factorisation in
# float64 (half of that in float32), and for a number loaded.
_MULTIPLY, _COUNT, _FACTORISE, _LOAD = 1.0, 0.33, 2.0, 20.0
# What the longer program of the iteration costs to compile, shared among a few hundred steps.
_COMPILE = 5e8


def _costs(path: FlipPath, structure: Structure, n: int) -> dict[str, float]:
    p = path.n_active(structure)
    # Half of a symmetric product is copied, hence n^2 and not 2 n^2.
    gram = _MULTIPLY if path.sign_bits is None else _COUNT
    costs = {
        "parameters": gram * p**2 * n + _FACTORISE * p**3 / 3,
        "samples": gram * n**2 * p + _FACTORISE * n**3 / 3,
    }
    if path.kernel is not None:
        everything = path.kernel.n_unpruned(structure)
        full = _MULTIPLY * n**2 * path.kernel.unpruned_columns(structure) + _FACTORISE / 2 * n**3 / 3
        # Iterations as seen at 10 x 10, alpha = 5, lambda = 1e-3: 8, 12, 19, 51 and 222 with 28, 10, 5, 2.5 and 1 times
        # as many weights as samples. How far K is from its preconditioner is the variance of a sum over a random mask.
        spread = n * max(0.0, 1.0 / p - 1.0 / everything)
        iterations = 5.0 + 200.0 * spread**1.6
        costs["iterative"] = _COMPILE + full + iterations * (3.0 * _MULTIPLY * n * everything + _LOAD * n**2)
    return costs


def choose_solver(path: FlipPath, structure: Structure, *, n_samples: int, asked: str = "auto") -> str:
    """The cheapest way to solve, "parameters", "samples" or "iterative", unless one is asked for."""
    costs = _costs(path, structure, n_samples)
    return min(costs, key=costs.__getitem__) if asked == "auto" else asked


def _shifted(matrix: jax.Array, shift: jax.Array | float) -> jax.Array:
    return matrix + shift * jnp.eye(matrix.shape[0], dtype=matrix.dtype)


def _centred(overlap: jax.Array) -> jax.Array:
    """K from O^T O (n, n) of derivatives that are not centred; both on and above the diagonal."""
    upper = jnp.triu(overlap)
    share = jnp.full(overlap.shape[0], 1.0 / overlap.shape[0], overlap.dtype)
    # As products: XLA's own sums are slower.
    row_mean = upper @ share + share @ upper - jnp.diagonal(overlap) * share
    return (overlap - row_mean[:, None] - row_mean[None, :] + row_mean.mean()) / overlap.shape[0]


def _iterate(
    path: FlipPath,
    weights: Weights,
    structure: Structure,
    cache: Cache,
    spins: jax.Array,
    centred: jax.Array,
    shift: jax.Array,
) -> tuple[jax.Array, jax.Array]:
    n_samples, kernel = centred.shape[0], path.kernel
    if kernel is None:
        raise ValueError("the iterative solver needs a network with a kernel")

    def multiply(x: jax.Array) -> jax.Array:
        y = kernel.product(weights, structure, cache, spins, x - x.mean()).astype(jnp.float64)
        return (y - y.mean()) / n_samples + shift * x

    unpruned = kernel.unpruned(weights, structure, cache, spins)
    # Enough for the factor to exist in spite of rounding.
    rounding = 4.0 * jnp.finfo(unpruned.dtype).eps * jnp.diagonal(unpruned).sum()
    factor = cholesky(_shifted(unpruned, jnp.maximum(shift.astype(unpruned.dtype), rounding)))
    return conjugate_gradients(
        multiply,
        lambda x: substitute(factor, x).astype(jnp.float64),
        centred,
        tolerance=_TOLERANCE[spins.dtype.name],
        most=_MOST_ITERATIONS,
    )


class _Derivatives(NamedTuple):
    """What the derivatives O (P, C) are wanted for, in whatever form they are kept.

    Attributes:
        covariance: () -> S, float64 (P, P), on and above the diagonal.
        kernel: () -> K, float64 (C, C), on and above the diagonal.
        pull_back: (x (C,)) -> O x / C for an x whose sum is zero, float64 (P,).
    """

    covariance: Callable[[], jax.Array]
    kernel: Callable[[], jax.Array]
    pull_back: Callable[[jax.Array], jax.Array]


def _as_numbers(
    path: FlipPath,
    weights: Weights,
    structure: Structure,
    cache: Cache,
    spins: jax.Array,
    chunk_size: int | None,
) -> _Derivatives:
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
    return _Derivatives(
        covariance=lambda: upper_gram(rows) / n_samples,
        kernel=lambda: upper_gram_of_columns(rows) / n_samples,
        pull_back=lambda x: rows @ x / n_samples,
    )


def _as_bits(
    path: FlipPath, weights: Weights, structure: Structure, cache: Cache, spins: jax.Array
) -> _Derivatives:
    if path.sign_bits is None:
        raise ValueError("the derivatives of this network are not bits")
    vectors = path.sign_bits(weights, structure, cache, spins)
    n_samples = spins.shape[1]

    def covariance() -> jax.Array:
        mean = sums(vectors).astype(jnp.float64) / n_samples
        return upper_bit_gram(vectors).astype(jnp.float64) / n_samples - jnp.outer(mean, mean)

    def kernel() -> jax.Array:
        return _centred(upper_bit_gram(transposed(vectors, n_samples)).astype(jnp.float64))

    return _Derivatives(covariance, kernel, lambda x: _pulled_back(path, weights, structure, cache, spins, x))


def _pulled_back(
    path: FlipPath, weights: Weights, structure: Structure, cache: Cache, spins: jax.Array, x: jax.Array
) -> jax.Array:
    # The sum of x is zero but for rounding, which derivatives that are not centred would turn into a change of the
    # weights.
    x = (x - x.mean()).astype(spins.dtype)
    return path.pullback(weights, structure, cache, spins, x).astype(jnp.float64) / spins.shape[1]


def sr_direction(
    path: FlipPath,
    weights: Weights,
    structure: Structure,
    cache: Cache,
    spins: jax.Array,
    energies: jax.Array,
    shift: jax.Array | float,
    *,
    solver: str,
    chunk_size: int | None = None,
) -> tuple[jax.Array, jax.Array]:
    """The SR direction of the active weights; the update is theta - learning_rate * direction.

    Args:
        spins: (N, C), with `cache` their cache and `energies` their local energies, float64 (C,).
        shift: lambda, added to the diagonal of S.
        solver: from `choose_solver`.
        chunk_size: configurations whose derivatives are evaluated at a time; None: all.

    Returns:
        The direction, float64 (P,), and the relative residual of the iteration, float64 (); 0 of the other solvers.
    """
    centred = energies - energies.mean()
    state = path, weights, structure, cache, spins
    if solver == "iterative":
        x, residual = _iterate(*state, centred, jnp.asarray(shift))
        return _pulled_back(*state, x), residual
    derivatives = _as_numbers(*state, chunk_size) if path.sign_bits is None else _as_bits(*state)
    exact = jnp.zeros((), jnp.float64)
    if solver == "parameters":
        factor = cholesky(_shifted(derivatives.covariance(), shift))
        return substitute(factor, derivatives.pull_back(centred)), exact
    factor = cholesky(_shifted(derivatives.kernel(), shift))
    return derivatives.pull_back(substitute(factor, centred)), exact
