"""Stochastic reconfiguration (SR): the direction d with (S + lambda) d = F.

S = Cov(O), F = Cov(O, E_loc), O = d log psi / d theta (S. Sorella, Phys. Rev. Lett. 80, 4558 (1998)). With fewer
samples than active weights the same d is found in sample space,

    (S + lambda)^-1 F = O^T (O O^T / n + lambda)^-1 (E_loc - <E_loc>) / n    (O centred),

the form of A. Chen and M. Heyl, Nat. Phys. 20, 1476 (2024). Both solve by Cholesky factorisation in float64.
Where to solve is decided before compilation, by size.
"""

import jax
import jax.numpy as jnp

from sparse_nqs.networks import FlipPath
from sparse_nqs.vmc.chunks import in_chunks


def choose_space(path: FlipPath, structure, *, is_unpruned: bool, n_samples: int, asked: str = "auto") -> str:
    """Where SR is solved: "parameters", "samples", or "gram" (samples, with the network's own Gram matrix).

    Args:
        is_unpruned: whether no weight has been removed, without which a network's own Gram matrix is none.
        asked: "parameters" or "samples" to have that, "auto" for the smaller.
    """
    is_smaller = path.n_active(structure) < n_samples
    if asked == "parameters" or (asked == "auto" and is_smaller):
        return "parameters"
    return "gram" if is_unpruned and path.gram is not None else "samples"


def _cholesky_solve(matrix: jax.Array, shift: jax.Array, right: jax.Array) -> jax.Array:
    shifted = matrix + shift * jnp.eye(matrix.shape[0])
    return jax.scipy.linalg.cho_solve(jax.scipy.linalg.cho_factor(shifted), right)


def sr_direction(
    path: FlipPath,
    theta,
    structure,
    cache,
    spins: jax.Array,
    energies: jax.Array,
    shift,
    *,
    space: str,
    chunk_size: int | None = None,
) -> jax.Array:
    """The SR direction of the active weights; the update is theta - learning_rate * direction.

    Args:
        spins: float64 (N, C), with `cache` their cache and `energies` their local energies, float64 (C,).
        shift: lambda, added to the diagonal of S.
        space: from `choose_space`.
        chunk_size: configurations whose derivatives are evaluated at a time; None: all.

    Returns:
        float64 (P,).
    """
    n_samples = energies.shape[0]
    centred = energies - energies.mean()
    if space == "gram":
        overlap = path.gram(theta, structure, cache, spins)
    else:
        rows = (
            path.log_derivatives(theta, structure, cache, spins)
            if chunk_size is None
            else in_chunks(
                lambda chunk: path.log_derivatives(
                    theta, structure, path.build_cache(theta, structure, chunk), chunk
                ),
                spins,
                chunk_size,
            )
        )
        if space == "parameters":
            mean = rows.mean(axis=1, dtype=jnp.float64)
            second_moment = (rows @ rows.T).astype(jnp.float64) / n_samples
            covariance = second_moment - jnp.outer(mean, mean)
            force = path.pullback(theta, structure, cache, spins, centred) / n_samples
            return _cholesky_solve(covariance, shift, force)
        overlap = (rows.T @ rows).astype(jnp.float64)
    row_mean = overlap.mean(axis=0)
    kernel = (overlap - row_mean[:, None] - row_mean[None, :] + row_mean.mean()) / n_samples
    x = _cholesky_solve(kernel, shift, centred)
    # Its sum is zero but for rounding, which an uncentred O would turn into a change of constant derivatives.
    return path.pullback(theta, structure, cache, spins, x - x.mean()) / n_samples
