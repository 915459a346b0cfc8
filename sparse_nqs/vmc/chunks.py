"""Work on few configurations at a time: to stay in the processor's cache, and to bound memory."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike

# The memory that a group of chains may use, in bytes: the second-level caches of two cores.
_CACHE_BYTES = 2**20
# Smaller groups leave vector units idle.
_SMALLEST_GROUP = 64


def largest_divisor(number: int, most: int) -> int:
    """The largest divisor of a number that is at most `most`."""
    return max(size for size in range(1, number + 1) if number % size == 0 and size <= most)


def group_size(chains: int, numbers: int, dtype: DTypeLike) -> int:
    """How many chains to treat at a time: a divisor of their number.

    It depends on sizes alone, never on the machine: a group draws its random numbers from a key of its own.

    Args:
        chains: C.
        numbers: numbers that a configuration keeps busy, from the flip path.
        dtype: of these numbers.
    """
    fitting = max(_SMALLEST_GROUP, _CACHE_BYTES // (numbers * jnp.dtype(dtype).itemsize))
    return largest_divisor(chains, min(fitting, chains))


def split(spins: jax.Array, size: int) -> jax.Array:
    """Configurations (..., C) in parts of `size`: (C / size, ..., size)."""
    return jnp.moveaxis(spins.reshape(*spins.shape[:-1], -1, size), -2, 0)


def join(parts: jax.Array) -> jax.Array:
    """The inverse of `split`."""
    return jnp.moveaxis(parts, 0, -2).reshape(*parts.shape[1:-1], -1)


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
