"""Positive linear systems with one right-hand side.

Two ways: a Cholesky factor whose substitution is a few matrix products, and preconditioned conjugate gradients.
LAPACK's triangular solve, as XLA calls it, takes several times as long for one right-hand side as reading the matrix.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

_BLOCK = 64

# Of conjugate gradients: solution, residual, direction, the last <residual, preconditioned residual>, iterations done.
_State = tuple[jax.Array, jax.Array, jax.Array, jax.Array, jax.Array | int]


class Factor(NamedTuple):
    """The upper Cholesky factor U of a matrix U^T U (n, n).

    Attributes:
        upper: U, in blocks of rows (n / b, b, n), zero on and below the diagonal blocks.
        inverses: the inverses of the diagonal blocks, (n / b, b, b).
    """

    upper: jax.Array
    inverses: jax.Array


def cholesky(matrix: jax.Array) -> Factor:
    """Factorise a symmetric matrix; where it is not positive all is NaN."""
    n = matrix.shape[0]
    size = _BLOCK if n % _BLOCK == 0 else n
    # LAPACK has columns first. With the transpose neither way needs a copy across the rows. The bare primitive leaves
    # the other triangle as it was; `jax.lax.linalg.cholesky` goes across the rows of a mask.
    upper = jax.lax.linalg.cholesky_p.bind(matrix.T).T
    rows = upper.reshape(n // size, size, n)
    first = size * jnp.arange(n // size)
    diagonal = jax.vmap(lambda row, start: jax.lax.dynamic_slice(row, (0, start), (size, size)))(rows, first)
    identity = jnp.eye(size, dtype=matrix.dtype)
    # One after another: jaxlib shares a batch among the threads of the pool that it runs in, and waits for them. With
    # several devices in a pool all its threads can come to wait (seen with jaxlib 0.10.2).
    inverses = jax.lax.map(
        lambda block: jax.lax.linalg.triangular_solve(block, identity, left_side=True, lower=False), diagonal
    )
    after = jnp.arange(n)[None, None, :] >= first[:, None, None] + size
    return Factor(jnp.where(after, rows, 0.0), inverses)


def substitute(factor: Factor, right: jax.Array) -> jax.Array:
    """The solution x (n,) of U^T U x = right, in the dtype of the factor."""
    count, size, n = factor.upper.shape
    right = right.astype(factor.upper.dtype)

    def forward(index: jax.Array, rest: jax.Array) -> jax.Array:
        here = jax.lax.dynamic_slice(rest, (index * size,), (size,))
        solved = here @ factor.inverses[index]
        rest = rest - solved @ factor.upper[index]
        return jax.lax.dynamic_update_slice(rest, solved, (index * size,))

    right = jax.lax.fori_loop(0, count, forward, right).reshape(count, size)

    def backward(step: jax.Array, x: jax.Array) -> jax.Array:
        index = count - 1 - step
        solved = factor.inverses[index] @ (right[index] - factor.upper[index] @ x)
        return jax.lax.dynamic_update_slice(x, solved, (index * size,))

    return jax.lax.fori_loop(0, count, backward, jnp.zeros(n, right.dtype))


def conjugate_gradients(
    multiply: Callable[[jax.Array], jax.Array],
    precondition: Callable[[jax.Array], jax.Array],
    right: jax.Array,
    *,
    tolerance: float,
    most: int,
) -> tuple[jax.Array, jax.Array]:
    """Solve A x = right (M. R. Hestenes and E. Stiefel, J. Res. Natl. Bur. Stand. 49, 409 (1952)).

    Args:
        multiply: x -> A x, A positive.
        precondition: r -> about A^-1 r, positive.
        right: (n,).
        tolerance: the residual's norm over that of `right` at which to end.
        most: iterations, at which to end with what has been reached.

    Returns:
        x (n,), NaN if the preconditioner gives NaN; and the residual's norm, as the iteration carries it, over that of
        `right`, float ().
    """
    goal = (tolerance**2) * (right @ right)

    def is_far(state: _State) -> jax.Array:
        _, residual, _, _, count = state
        return (residual @ residual > goal) & (count < most)

    def iterate(state: _State) -> _State:
        x, residual, direction, before, count = state
        better = precondition(residual)
        product = residual @ better
        # The first direction has none before it.
        direction = better + (product / before) * direction
        image = multiply(direction)
        length = product / (direction @ image)
        return x + length * direction, residual - length * image, direction, product, count + 1

    nothing = jnp.zeros_like(right)
    start: _State = (nothing, right, nothing, jnp.ones((), right.dtype), 0)
    x, residual, *_ = jax.lax.while_loop(is_far, iterate, start)
    size = right @ right
    return x, jnp.sqrt(jnp.where(size > 0.0, residual @ residual / size, 0.0))
