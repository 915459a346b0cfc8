"""Stochastic reconfiguration (SR): the direction d with (S + lambda) d = F.

S = Cov(O), F = Cov(O, E_loc), O = d log psi / d theta (S. Sorella, Phys. Rev. Lett. 80, 4558 (1998)). With fewer
samples than active weights the same d is found in sample space,

    (S + lambda)^-1 F = O^T (K + lambda)^-1 (E_loc - <E_loc>) / n,   K = O O^T / n   (O centred),

the form of A. Chen and M. Heyl, Nat. Phys. 20, 1476 (2024). Covariances are those of |psi|^2. If another distribution
is sampled, they take weights (`importance`). There are three ways to it, chosen by their cost before compilation:

- "parameters" and "samples": S or K as a matrix, Cholesky factorisation in float64;
- "iterative": conjugate gradients in sample space without K, for a network that multiplies by it more cheaply than
  it can be written down. Without pruning K is cheap for such a network; that matrix, times the share of weights left,
  is the preconditioner, and for an unpruned network nearly the solution.
"""

import jax
import jax.numpy as jnp

from sparse_nqs.networks import FlipPath
from sparse_nqs.networks.protocol import Cache, Structure, Weights
from sparse_nqs.sr_cost import SrSize, Unpruned, cheapest
from sparse_nqs.vmc.derivatives import derivatives_of, pulled_back
from sparse_nqs.vmc.importance import collected, deviations, spread
from sparse_nqs.vmc.linear import cholesky, conjugate_gradients, substitute

# Relative residual of the iteration, by the dtype of the products.
_TOLERANCE = {"float32": 1e-6, "float64": 1e-12}
_MOST_ITERATIONS = 500


def sr_size(path: FlipPath, structure: Structure, n_samples: int, weighted: bool) -> SrSize:
    """How large the SR problem of a masked network is."""
    unpruned = None
    if path.kernel is not None:
        unpruned = Unpruned(path.kernel.n_unpruned(structure), path.kernel.unpruned_columns(structure))
    return SrSize(path.n_active(structure), n_samples, path.sign_bits is not None, weighted, unpruned)


def choose_solver(
    path: FlipPath, structure: Structure, *, n_samples: int, asked: str = "auto", weighted: bool = False
) -> str:
    """The cheapest way to solve, "parameters", "samples" or "iterative", unless one is asked for.

    Args:
        weighted: whether the samples have weights.
    """
    return cheapest(sr_size(path, structure, n_samples, weighted)) if asked == "auto" else asked


def _shifted(matrix: jax.Array, shift: jax.Array | float) -> jax.Array:
    return matrix + shift * jnp.eye(matrix.shape[0], dtype=matrix.dtype)


def _iterate(
    path: FlipPath,
    weights: Weights,
    structure: Structure,
    cache: Cache,
    spins: jax.Array,
    importance: jax.Array | None,
    centred: jax.Array,
    shift: jax.Array,
) -> tuple[jax.Array, jax.Array]:
    n_samples, kernel = centred.shape[0], path.kernel
    if kernel is None:
        raise ValueError("the iterative solver needs a network with a kernel")

    def multiply(x: jax.Array) -> jax.Array:
        y = kernel.product(weights, structure, cache, spins, spread(x, importance)).astype(jnp.float64)
        return collected(y, importance) / n_samples + shift * x

    unpruned = kernel.unpruned(weights, structure, cache, spins, importance)
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
    importance: jax.Array | None = None,
    chunk_size: int | None = None,
) -> tuple[jax.Array, jax.Array]:
    """The SR direction of the active weights; the update is theta - learning_rate * direction.

    Args:
        spins: (N, C), with `cache` their cache and `energies` their local energies, float64 (C,).
        shift: lambda, added to the diagonal of S.
        solver: from `choose_solver`.
        importance: the samples' weights, float64 (C,), see `importance`; None: all the same.
        chunk_size: see `derivatives_of`.

    Returns:
        The direction, float64 (P,), and the relative residual of the iteration, float64 (); 0 of the other solvers.
    """
    centred = deviations(energies, importance)
    state = path, weights, structure, cache, spins
    if solver == "iterative":
        x, residual = _iterate(*state, importance, centred, jnp.asarray(shift))
        return pulled_back(*state, importance, x), residual
    derivatives = derivatives_of(*state, importance, chunk_size)
    exact = jnp.zeros((), jnp.float64)
    if solver == "parameters":
        factor = cholesky(_shifted(derivatives.covariance(), shift))
        return substitute(factor, derivatives.pull_back(centred)), exact
    factor = cholesky(_shifted(derivatives.kernel(), shift))
    return derivatives.pull_back(substitute(factor, centred)), exact
