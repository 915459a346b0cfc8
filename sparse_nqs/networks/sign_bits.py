"""Vectors with entries -1, 0 and 1 as bits, and their products by counting bits: exact, and faster than in floats.

The product of two such vectors is the number of entries where both are nonzero, less twice the number of those where
their signs differ; each is a count of bits, 32 entries a word. Carry-save adders make fewer words of eight before
they are counted (H. S. Warren, Hacker's Delight, 2nd ed., section 5-1).
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp

_BITS = 32
# Words counted at a time, and vectors of a tile. They were measured; half and twice as many made little difference.
_WORDS = 8
_TILE = 128


class SignBits(NamedTuple):
    """Vectors of C entries -1, 0 and 1: entry 32 w + b of vector m is bit b of word (m, w).

    Attributes:
        nonzero: uint32 (M, W), W = C / 32 rounded up; no bit is set beyond C.
        negative: likewise; set only where `nonzero` is.
    """

    nonzero: jax.Array
    negative: jax.Array


def packed(bits: jax.Array) -> jax.Array:
    """Bits, bool (M, C), as words: uint32 (M, W)."""
    bits = jnp.pad(bits, ((0, 0), (0, -bits.shape[1] % _BITS)))
    words = bits.reshape(len(bits), -1, _BITS).astype(jnp.uint32)
    return (words << jnp.arange(_BITS, dtype=jnp.uint32)[None, None, :]).sum(axis=2, dtype=jnp.uint32)


def _transposed(words: jax.Array) -> jax.Array:
    """The entries of all vectors as vectors: (M, W) -> (32 W, M / 32), M rounded up."""
    words = jnp.pad(words, ((0, -len(words) % _BITS), (0, 0)))
    n_words = words.shape[1]
    half, mask = _BITS // 2, 0x0000FFFF
    # Squares of 32 x 32 bits: two quarters change places, then those of each quarter.
    while half:
        pairs = words.reshape(-1, 2, half, n_words)
        low, high = pairs[:, 0], pairs[:, 1]
        first = (low & mask) | ((high & mask) << half)
        second = ((low >> half) & mask) | (high & ~jnp.uint32(mask))
        words = jnp.stack([first, second], axis=1)
        half //= 2
        mask ^= mask << half
    return words.reshape(-1, _BITS, n_words).transpose(2, 1, 0).reshape(n_words * _BITS, -1)


def transposed(vectors: SignBits, length: int) -> SignBits:
    """Their entries as vectors: `length` of those, each with as many entries as there were vectors."""
    return SignBits(*(_transposed(words)[:length] for words in vectors))


def _count(words: list[jax.Array]) -> jax.Array:
    """The number of bits set in all words together, elementwise: int32."""
    total: jax.Array | int = 0
    weight = 1
    while words:
        carries = []
        while len(words) >= 3:
            a, b, c = words[:3]
            either = a ^ b
            words = [*words[3:], either ^ c]
            carries.append((a & b) | (either & c))
        for word in words:
            total = total + weight * jax.lax.population_count(word).astype(jnp.int32)
        words, weight = carries, 2 * weight
    return jnp.asarray(total)


def sums(vectors: SignBits) -> jax.Array:
    """The sum of each vector's entries: int32 (M,)."""
    nonzero, negative = (jax.lax.population_count(words).astype(jnp.int32) for words in vectors)
    return (nonzero - 2 * negative).sum(axis=1, dtype=jnp.int32)


def upper_bit_gram(vectors: SignBits) -> jax.Array:
    """The products of all vectors with each other, on and above the diagonal; what is below is not to be read.

    Returns:
        int32 (M, M), exact for fewer than 2^31 entries.
    """
    size, n_words = vectors.nonzero.shape
    tile = min(_TILE, size)
    # (tiles, turns, 2, words of a turn, vectors of a tile).
    words = jnp.pad(jnp.stack(vectors), ((0, 0), (0, -size % tile), (0, -n_words % _WORDS)))
    words = words.reshape(2, -1, tile, words.shape[2] // _WORDS, _WORDS).transpose(1, 3, 0, 4, 2)
    n_tiles, turns = words.shape[:2]
    pairs = jnp.asarray([(i, j) for j in range(n_tiles) for i in range(j + 1)], dtype=jnp.int32)

    def fill(index: jax.Array, matrix: jax.Array) -> jax.Array:
        i, j = pairs[index]
        left, right = words[i], words[j]

        def add(turn: jax.Array, carry: tuple[jax.Array, ...]) -> tuple[jax.Array, ...]:
            total, (left_nonzero, left_negative), (right_nonzero, right_negative) = carry
            both = [a[:, None] & b[None, :] for a, b in zip(left_nonzero, right_nonzero, strict=True)]
            differ = [a[:, None] ^ b[None, :] for a, b in zip(left_negative, right_negative, strict=True)]
            opposite = [a & b for a, b in zip(both, differ, strict=True)]
            # The next words are carried: XLA would read them at a moving place within the count, which is then not
            # vectorised.
            following = jnp.minimum(turn + 1, turns - 1)
            return total + _count(both) - 2 * _count(opposite), left[following], right[following]

        start = (jnp.zeros((tile, tile), jnp.int32), left[0], right[0])
        total = jax.lax.fori_loop(0, turns, add, start)[0]
        return jax.lax.dynamic_update_slice(matrix, total, (i * tile, j * tile))

    matrix = jnp.zeros((n_tiles * tile, n_tiles * tile), jnp.int32)
    return jax.lax.fori_loop(0, len(pairs), fill, matrix)[:size, :size]
