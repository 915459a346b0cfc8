"""Uniform random numbers of Threefry-2x32 with 20 rounds (J. K. Salmon et al., Proc. SC11, 16 (2011)).

The generator of `jax.random`, and for a key its numbers where that does not split the counters into rows. There the
rounds are a loop on processors, which goes through all numbers at each of them; written out they are one pass, which
takes a third of the time.
"""

from math import prod

import jax
import jax.numpy as jnp

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA
# Of float32: bits after the point, and the exponent bits of numbers from 1 to 2.
_MANTISSA, _ONE = 23, 0x3F800000


def _rotated(words: jax.Array, places: int) -> jax.Array:
    return (words << places) | (words >> (32 - places))


def random_words(key: jax.Array, count: int) -> jax.Array:
    """Random bits, uint32 (count,).

    Args:
        key: of `jax.random`, with its default generator.
    """
    first, second = jax.random.key_data(key)
    schedule = (first, second, first ^ second ^ jnp.uint32(_PARITY))
    half = -(-count // 2)
    counters = jnp.arange(half, dtype=jnp.uint32)
    # An odd count's last counter is 0, as in `jax.random`.
    x, y = counters, jnp.where(counters + half < count, counters + half, 0)
    x, y = x + schedule[0], y + schedule[1]
    for turn in range(1, 6):
        for places in _ROTATIONS[(turn - 1) % 2]:
            x = x + y
            y = _rotated(y, places) ^ x
        x = x + schedule[turn % 3]
        y = y + schedule[(turn + 1) % 3] + jnp.uint32(turn)
    return jnp.concatenate([x, y])[:count]


def uniform(key: jax.Array, shape: tuple[int, ...]) -> jax.Array:
    """Uniform numbers in [0, 1), float32 with 23 random bits each."""
    bits = (random_words(key, prod(shape)) >> (32 - _MANTISSA)) | jnp.uint32(_ONE)
    return (jax.lax.bitcast_convert_type(bits, jnp.float32) - 1.0).reshape(shape)
