from fractions import Fraction
from itertools import product

import jax
import jax.extend
import jax.numpy as jnp
import numpy as np
import pytest

from sparse_nqs.vmc import random_numbers
from sparse_nqs.vmc.random_numbers import Columns, random_words, uniform


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
def test_the_words_are_jaxs(count):
    key = jax.random.fold_in(jax.random.key(3), count)
    with jax.threefry_partitionable(False):
        words = jax.random.bits(key, (2 * count,), jnp.uint32)
    found = jax.jit(random_words, static_argnums=1)(key, count)
    np.testing.assert_array_equal(np.concatenate(found), words)


def numbers_of(words, dtype, monkeypatch):
    """What `uniform` makes of words, uint32 (n, 1) for float32 and (n, 2), high and low, for float64."""
    words = np.asarray(words, dtype=np.uint32)
    high, low = jnp.asarray(words[:, 0]), jnp.asarray(words[:, -1])
    monkeypatch.setattr(random_numbers, "random_words", lambda key, count, places: (high, low))
    numbers = jax.jit(lambda: uniform(jax.random.key(0), (len(words), 1), dtype))()
    assert (numbers.shape, numbers.dtype) == ((len(words), 1), dtype)
    return np.asarray(numbers)[:, 0]


@pytest.mark.parametrize(("dtype", "each"), [(jnp.float32, 1), (jnp.float64, 2)])
def test_uniform_numbers_have_all_bits_and_are_neither_0_nor_1(dtype, each, monkeypatch):
    edges = [0, 1, 2, 2**9 - 1, 2**23, 2**24 + 1, 2**31, 2**32 - 129, 2**32 - 128, 2**32 - 1]
    words = np.array(list(product(edges, repeat=each)))
    numbers = numbers_of(words, dtype, monkeypatch)
    resolution = Fraction(float(jnp.finfo(dtype).eps))
    for row, number in zip(words.tolist(), numbers.tolist(), strict=True):
        exact = (sum(word << 32 * place for place, word in enumerate(reversed(row))) + Fraction(1, 2)) / (
            2 ** (32 * each)
        )
        assert 0 < number < 1
        assert abs(Fraction(number) - exact) <= resolution * exact


@pytest.mark.parametrize("probability", [1e-4, 1e-6, 3e-8, 1e-8, 1e-9])
def test_a_rare_event_has_its_share_of_all_words(probability, monkeypatch):
    """All words below 2^20, so all that an event of these probabilities may have among 2^32."""
    words = np.arange(2**20)
    for dtype, columns in ((jnp.float32, [words]), (jnp.float64, [words, words * 4000])):
        numbers = numbers_of(np.stack(columns, axis=1), dtype, monkeypatch)
        count = int((numbers < numbers.dtype.type(probability)).sum())
        assert abs(count - probability * 2**32) <= 1.0


def test_a_keys_numbers_are_the_same_in_both_dtypes_to_32_bits():
    key = jax.random.key(4)
    single, double = (
        np.asarray(uniform(key, (100, 10), dtype).ravel()) for dtype in (jnp.float32, jnp.float64)
    )
    np.testing.assert_allclose(single, double, rtol=1e-7, atol=2.0**-32)
    assert len(np.unique((double * 2.0**32) % 1.0)) > 990


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
def test_columns_of_an_array_are_those_of_the_whole(dtype):
    key = jax.random.key(5)
    whole = np.asarray(uniform(key, (7, 24), dtype))
    of_columns = jax.jit(lambda first: uniform(key, (7, 6), dtype, Columns(first, 24)))
    for first in (0, 6, 18):
        np.testing.assert_array_equal(of_columns(first), whole[:, first : first + 6])
