"""Sums and products that XLA's processor backend computes several times faster in this form than in the plain one."""

import jax
import jax.numpy as jnp

# Below this many columns one product is as fast as the halves of it.
_SMALLEST_HALVED = 1024


def column_sums(values: jax.Array) -> jax.Array:
    """Sums over the first axis, (H, C) -> (C,): as a product with ones, which is vectorised and the plain sum not."""
    return jnp.ones(values.shape[0], values.dtype) @ values


def gram(rows: jax.Array) -> jax.Array:
    """rows^T rows of (P, C): (C, C) in the dtype of the rows; the part below the diagonal is copied.

    With entries -1, 0 and 1 it is exact in float32 up to P = 2^24.
    """
    count = rows.shape[1]
    if count < _SMALLEST_HALVED or count % 2:
        return rows.T @ rows
    left, right = rows[:, : count // 2], rows[:, count // 2 :]
    corner = left.T @ right
    return jnp.block([[gram(left), corner], [corner.T, gram(right)]])
