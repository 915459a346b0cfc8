import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sparse_nqs.vmc.chunks import group_size, in_chunks, join, largest_divisor, split


@pytest.mark.parametrize("chains", [1, 7, 96, 1024])
@pytest.mark.parametrize("numbers", [1, 1000, 100_000])
def test_a_group_divides_the_chains(chains, numbers):
    size = group_size(chains, numbers, jnp.float32)
    assert chains % size == 0
    # In the cache, or as small as is worth while.
    assert size <= 64 or size * numbers * 4 <= 2**20
    assert group_size(chains, numbers, jnp.float64) <= size


@pytest.mark.parametrize(("most", "expected"), [(1, 1), (5, 4), (12, 12), (23, 12), (24, 24), (99, 24)])
def test_a_part_is_the_largest_divisor(most, expected):
    assert largest_divisor(24, most) == expected


def test_as_large_as_fits():
    assert group_size(1024, 1024, jnp.float32) == 256
    assert group_size(1024, 1024, jnp.float64) == 128
    assert group_size(1000, 1024, jnp.float32) == 250
    assert group_size(1024, 10**6, jnp.float32) == 64
    assert group_size(1024, 1, jnp.float32) == 1024


@pytest.mark.parametrize("shape", [(12,), (2, 3, 12)])
@pytest.mark.parametrize("size", [1, 4, 12])
def test_split_and_join_are_inverse_and_keep_the_order(shape, size):
    values = jnp.arange(float(np.prod(shape))).reshape(shape)
    blocks = split(values, size)
    assert blocks.shape == (12 // size, *shape[:-1], size)
    np.testing.assert_array_equal(blocks[0], values[..., :size])
    np.testing.assert_array_equal(blocks[-1], values[..., -size:])
    np.testing.assert_array_equal(join(blocks), values)


@pytest.mark.parametrize("chunk_size", [None, 1, 4, 12, 20])
def test_a_function_in_chunks_is_the_function(chunk_size):
    spins = jnp.arange(36.0).reshape(3, 12)
    seen = []

    def function(part):
        seen.append(part.shape[1])
        return jnp.stack([part.sum(axis=0), part.prod(axis=0)])

    found = jax.jit(lambda spins: in_chunks(function, spins, chunk_size))(spins)
    assert set(seen) == {min(chunk_size or 12, 12)}
    np.testing.assert_array_equal(found, function(spins))
