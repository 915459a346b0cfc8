"""Work on few configurations at a time, to bound memory."""

from collections.abc import Callable

import jax
import jax.numpy as jnp


def in_chunks(
    function: Callable[[jax.Array], jax.Array], spins: jax.Array, chunk_size: int | None
) -> jax.Array:
    """function(spins) for a function that treats every configuration alike.

    Args:
        function: (spins (N, c)) -> (..., c).
        spins: (N, C).
        chunk_size: c, a divisor of C; None: all at once.
    """
    n_sites, count = spins.shape
    if chunk_size is None or chunk_size >= count:
        return function(spins)
    parts = jnp.moveaxis(spins.reshape(n_sites, count // chunk_size, chunk_size), 1, 0)
    results = jnp.moveaxis(jax.lax.map(function, parts), 0, -2)
    return results.reshape(*results.shape[:-2], count)
