"""Work on few configurations at a time: to stay in the processor's cache, and to bound memory."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike

# The memory that a block of configurations may use, in bytes: the second-level caches of two cores.
_CACHE_BYTES = 2**20
# Smaller blocks leave vector units idle.
_SMALLEST_BLOCK = 64


def block_size(chains: int, numbers: int, dtype: DTypeLike, most: int | None = None) -> int:
    """How many chains to treat at a time: a divisor of their number.

    It depends on sizes alone, never on the machine: a block draws its random numbers from a key of its own.

    Args:
        chains: C.
        numbers: numbers that a configuration keeps busy, from the flip path.
        dtype: of these numbers.
        most: at most so many; None: no limit.
    """
    fitting = max(_SMALLEST_BLOCK, _CACHE_BYTES // (numbers * jnp.dtype(dtype).itemsize))
    limit = min(fitting, most or chains)
    return max(size for size in range(1, chains + 1) if chains % size == 0 and size <= limit)


def split(spins: jax.Array, size: int) -> jax.Array:
    """Configurations (..., C) in blocks of `size`: (C / size, ..., size)."""
    return jnp.moveaxis(spins.reshape(*spins.shape[:-1], -1, size), -2, 0)


def join(blocks: jax.Array) -> jax.Array:
    """The inverse of `split`."""
    return jnp.moveaxis(blocks, 0, -2).reshape(*blocks.shape[1:-1], -1)


def in_chunks(
    function: Callable[[jax.Array], jax.Array], spins: jax.Array, chunk_size: int | None
) -> jax.Array:
    """function(spins), in chunks, for a function that treats every configuration alike.

    Args:
        function: (spins (N, c)) -> (..., c).
        spins: (N, C).
        chunk_size: c, a divisor of C; None: all at once.
    """
    if chunk_size is None or chunk_size >= spins.shape[1]:
        return function(spins)
    return join(jax.lax.map(function, split(spins, chunk_size)))
