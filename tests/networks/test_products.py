import jax.numpy as jnp
import numpy as np
import pytest
from marks import slow

from sparse_nqs.networks.products import (
    column_sums,
    upper_covariance,
    upper_gram,
    upper_gram_of_columns,
)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_column_sums_are_the_sums_over_the_first_axis(dtype):
    values = np.random.default_rng(1).integers(-9, 9, size=(50, 20))
    found = column_sums(jnp.asarray(values, dtype=dtype))
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, values.sum(axis=0))


@pytest.mark.parametrize("size", [1, 2, slow(3), slow(7), 48, 129, slow(1024)])
def test_upper_gram_is_numpys_on_and_above_the_diagonal(size):
    values = np.random.default_rng(0).integers(-1, 2, size=(size, 40)).astype(np.float32)
    found = upper_gram(jnp.asarray(values))
    assert found.dtype == jnp.float32
    np.testing.assert_array_equal(np.triu(found), np.triu(values @ values.T))


@pytest.mark.parametrize("samples", [1, 40, 256, 1024])
def test_upper_gram_of_columns_is_numpys_on_and_above_the_diagonal(samples):
    values = np.random.default_rng(0).integers(-1, 2, size=(48, samples)).astype(np.float32)
    found = upper_gram_of_columns(jnp.asarray(values))
    assert found.dtype == jnp.float32
    np.testing.assert_array_equal(np.triu(found), np.triu(values.T @ values))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("samples", [1, slow(6), slow(40), 129, slow(1024)])
def test_upper_covariance_is_that_of_the_products_of_all_pairs_of_rows(samples, weighted):
    generator = np.random.default_rng(1)
    left, right = generator.normal(size=(6, samples)), generator.normal(size=(5, samples))
    rows = (left[:, None, :] * right[None, :, :]).reshape(-1, samples)
    weights = generator.exponential(size=samples) if weighted else np.ones(samples)
    rows -= np.average(rows, axis=1, weights=weights)[:, None]
    rows *= np.sqrt(weights / weights.mean())
    importance = jnp.asarray(weights / weights.mean()) if weighted else None
    found = upper_covariance(jnp.asarray(left), jnp.asarray(right), importance)
    np.testing.assert_allclose(np.triu(found), np.triu(rows.T @ rows) / samples, atol=1e-13)
