import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sparse_nqs.vmc.random_numbers import random_words, uniform


@pytest.mark.parametrize(
    ("key", "counters", "expected"),
    [
        ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
        ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
        ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_jaxs_generator_is_the_published_one(key, counters, expected):
    """The vectors that come with Random123, so that the comparison below is one with the publication."""
    words = jax.extend.random.threefry_2x32(
        jnp.asarray(key, dtype=jnp.uint32), jnp.asarray(counters, dtype=jnp.uint32)
    )
    np.testing.assert_array_equal(words, expected)


@pytest.mark.parametrize("count", [1, 2, 7, 1000, 1001])
def test_the_numbers_are_jaxs(count):
    key = jax.random.fold_in(jax.random.key(3), count)
    with jax.threefry_partitionable(False):
        words = jax.random.bits(key, (count,), jnp.uint32)
        numbers = jax.random.uniform(key, (count,), jnp.float32)
    np.testing.assert_array_equal(jax.jit(random_words, static_argnums=1)(key, count), words)
    found = uniform(key, (count, 1))
    assert (found.shape, found.dtype) == ((count, 1), jnp.float32)
    np.testing.assert_array_equal(found[:, 0], numbers)
