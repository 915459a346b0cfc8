import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sparse_nqs.networks.products import column_sums, gram, upper_gram


# Whole, halved once and twice, and where a half cannot be halved.
@pytest.mark.parametrize("count", [1, 256, 1023, 1024, 1026, 2048, 2050])
@pytest.mark.parametrize("rows", [1, 37])
def test_gram_is_the_product(rows, count):
    values = np.random.default_rng(count).normal(size=(rows, count))
    found = np.asarray(jax.jit(gram)(jnp.asarray(values)))
    np.testing.assert_allclose(found, values.T @ values, atol=1e-12)


def test_gram_of_signs_is_exact_in_single_precision():
    values = np.random.default_rng(0).choice([-1.0, 0.0, 1.0], size=(2000, 1100))
    found = gram(jnp.asarray(values, dtype=jnp.float32))
    assert found.dtype == jnp.float32
    np.testing.assert_array_equal(found, values.T @ values)
    np.testing.assert_array_equal(found, found.T)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_column_sums_are_the_sums_over_the_first_axis(dtype):
    values = np.random.default_rng(1).integers(-9, 9, size=(50, 20))
    found = column_sums(jnp.asarray(values, dtype=dtype))
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, values.sum(axis=0))


@pytest.mark.parametrize("size", [48, 256, 1024])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_upper_gram_is_numpys_on_and_above_the_diagonal(size, share):
    count = int(share * size)
    values = np.random.default_rng(0).integers(-1, 2, size=(size, 40)).astype(np.float32)
    values[count:] = 0.0
    found = jax.jit(upper_gram)(jnp.asarray(values), count)
    assert found.dtype == jnp.float32
    np.testing.assert_array_equal(np.triu(found), np.triu(values @ values.T))
    np.testing.assert_array_equal(np.triu(upper_gram(jnp.asarray(values))), np.triu(values @ values.T))
