"""Stochastic reconfiguration (SR): the direction d with (S + lambda) d = F.

S = Cov(O), F = Cov(O, E_loc), O = d log psi / d theta (S. Sorella, Phys. Rev. Lett. 80, 4558 (1998)). With fewer
samples than active weights the same d is found in sample space,

    (S + lambda)^-1 F = O^T (K + lambda)^-1 (E_loc - <E_loc>) / n,   K = O O^T / n   (O centred),

the form of A. Chen and M. Heyl, Nat. Phys. 20, 1476 (2024). Covariances are those of |psi|^2. If another distribution
is sampled, they take weights (`importance`). There are three solvers. The cheapest (`sr_cost`) is chosen
before compilation:

- "parameters" and "samples": S or K as a matrix, Cholesky factorisation in float64;
- "iterative": conjugate gradients in sample space without K, for a network that multiplies by it more cheaply than
  it can be written down. Without pruning K is cheap for such a network; that matrix, times the share of weights left,
  is the preconditioner, and for an unpruned network nearly the solution.
"""

import jax
import jax.numpy as jnp

from sparse_nqs.networks.contract import CacheT, FlipPath, ProposalT, StructureT, ThetaT, WeightsT
from sparse_nqs.sr_cost import SrSize, Unpruned, cheapest_solver
from sparse_nqs.vmc.derivatives import pulled_back, sr_matrices
from sparse_nqs.vmc.importance import WeightedSamples, collected, deviations, spread
from sparse_nqs.vmc.linear import cholesky, conjugate_gradients, substitute

# Relative residual of the iteration, by the dtype of the products.
_TOLERANCE = {"float32": 1e-6, "float64": 1e-12}
_MOST_ITERATIONS = 500


def sr_size(
    path: FlipPath[ThetaT, WeightsT, StructureT, CacheT, ProposalT],
    structure: StructureT,
    n_samples: int,
    weighted: bool = False,
) -> SrSize:
    """How large the SR problem of a masked network is.

    Args:
        weighted: whether the samples have weights.
    """
    unpruned, gram = None, path.derivatives.sample_gram
    if gram is not None:
        unpruned = Unpruned(gram.n_unpruned(structure), gram.unpruned_columns(structure))
    by_bits = path.derivatives.sign_bits is not None
    return SrSize(path.masking.n_active(structure), n_samples, by_bits, weighted, unpruned)


def choose_solver(sr_solver: str, size: SrSize) -> str:
    """The cheapest solver for "auto", otherwise the one that is named."""
    return cheapest_solver(size) if sr_solver == "auto" else sr_solver


def _shifted(matrix: jax.Array, shift: jax.Array | float) -> jax.Array:
    return matrix + shift * jnp.eye(matrix.shape[0], dtype=matrix.dtype)


def _iterate(
    path: FlipPath[ThetaT, WeightsT, StructureT, CacheT, ProposalT],
    samples: WeightedSamples[WeightsT, StructureT, CacheT],
    centred: jax.Array,
    shift: jax.Array,
) -> tuple[jax.Array, jax.Array]:
    walkers, importance = samples
    n_samples, gram = centred.shape[0], path.derivatives.sample_gram
    if gram is None:
        raise ValueError("the iterative solver needs a network with a sample_gram")

    def multiply(x: jax.Array) -> jax.Array:
        y = gram.product(walkers, spread(x, importance)).astype(jnp.float64)
        return collected(y, importance) / n_samples + shift * x

    unpruned = gram.unpruned(walkers, importance)
    # Enough for the factor to exist in spite of rounding.
    rounding = 4.0 * jnp.finfo(unpruned.dtype).eps * jnp.diagonal(unpruned).sum()
    factor = cholesky(_shifted(unpruned, jnp.maximum(shift.astype(unpruned.dtype), rounding)))
    return conjugate_gradients(
        multiply,
        lambda x: substitute(factor, x).astype(jnp.float64),
        centred,
        tolerance=_TOLERANCE[walkers.spins.dtype.name],
        most=_MOST_ITERATIONS,
    )


def sr_direction(
    path: FlipPath[ThetaT, WeightsT, StructureT, CacheT, ProposalT],
    samples: WeightedSamples[WeightsT, StructureT, CacheT],
    energies: jax.Array,
    shift: jax.Array | float,
    *,
    solver: str,
    chunk_size: int | None = None,
) -> tuple[jax.Array, jax.Array]:
    """The SR direction of the active weights; the update is theta - learning_rate * direction.

    Args:
        energies: local energies of the samples, float64 (C,).
        shift: lambda, added to the diagonal of S.
        solver: "parameters", "samples" or "iterative".
        chunk_size: see `sr_matrices`.

    Returns:
        The direction, float64 (P,), and the relative residual of the iteration, float64 (); 0 of the other solvers.
    """
    centred = deviations(energies, samples.importance)
    if solver == "iterative":
        x, residual = _iterate(path, samples, centred, jnp.asarray(shift))
        return pulled_back(path, samples, x), residual
    matrices = sr_matrices(path, samples, chunk_size)
    exact = jnp.zeros((), jnp.float64)
    if solver == "parameters":
        factor = cholesky(_shifted(matrices.covariance(), shift))
        return substitute(factor, matrices.pull_back(centred)), exact
    factor = cholesky(_shifted(matrices.gram(), shift))
    return matrices.pull_back(substitute(factor, centred)), exact
