import jax
import jax.numpy as jnp
import numpy as np
import pytest
from marks import slow

from sparse_nqs.networks.sign_bits import SignBits, packed, sums, transposed, upper_bit_gram

# Vectors and entries: multiples of a word, a turn of the count and a tile, and not.
SHAPES = [(1, 1), (3, 31), (64, 32), (130, 700), *map(slow, [(31, 3), (70, 130), (128, 256), (384, 1024)])]


def signs(shape, seed=0):
    return np.random.default_rng(seed).choice([-1, 0, 1], size=shape, p=[0.2, 0.5, 0.3])


@jax.jit
def bits_of(values):
    return SignBits(packed(values != 0), packed(values < 0))


@pytest.mark.parametrize("shape", SHAPES)
def test_bits_are_packed_as_numpy_packs_them(shape):
    found = packed(jnp.asarray(signs(shape) != 0))
    expected = np.packbits(signs(shape) != 0, axis=1, bitorder="little")
    expected = np.pad(expected, ((0, 0), (0, -expected.shape[1] % 4)))
    np.testing.assert_array_equal(found, np.ascontiguousarray(expected).view("<u4"))


@pytest.mark.parametrize("shape", SHAPES)
def test_products_are_those_of_the_numbers(shape):
    values = signs(shape)
    vectors = bits_of(jnp.asarray(values))
    found = jax.jit(upper_bit_gram)(vectors)
    assert found.dtype == jnp.int32
    np.testing.assert_array_equal(np.triu(found), np.triu(values @ values.T))
    np.testing.assert_array_equal(sums(vectors), values.sum(axis=1))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_transpose_is_that_of_the_numbers(shape):
    values = signs(shape)
    found = jax.jit(transposed, static_argnums=1)(bits_of(jnp.asarray(values)), shape[1])
    for ours, expected in zip(found, bits_of(jnp.asarray(values.T)), strict=True):
        np.testing.assert_array_equal(ours, expected)


def test_parallel_and_opposite_vectors_reach_the_largest_products():
    values = np.ones((2, 1000), dtype=int)
    values[1] = -1
    np.testing.assert_array_equal(
        np.triu(upper_bit_gram(bits_of(jnp.asarray(values)))), [[1000, -1000], [0, 1000]]
    )
