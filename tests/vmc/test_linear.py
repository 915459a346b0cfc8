import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sparse_nqs.vmc.linear import cholesky, conjugate_gradients, substitute

solve = jax.jit(lambda matrix, right: substitute(cholesky(matrix), right))


def positive(n, dtype=np.float64):
    generator = np.random.default_rng(n)
    rows = generator.normal(size=(n, n + 10))
    return (rows @ rows.T / n + 0.1 * np.eye(n)).astype(dtype), generator.normal(size=n)


# Multiples of the block of 64, and not.
@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 100, 128, 192, 320])
def test_the_solution_is_numpys(n):
    matrix, right = positive(n)
    expected = np.linalg.solve(matrix, right)
    np.testing.assert_allclose(
        solve(jnp.asarray(matrix), jnp.asarray(right)), expected, atol=1e-11 * np.abs(expected).max()
    )


@pytest.mark.parametrize("n", [100, 192])
def test_it_is_solved_in_the_dtype_of_the_matrix(n):
    matrix, right = positive(n, np.float32)
    expected = np.linalg.solve(matrix.astype(float), right)
    found = solve(jnp.asarray(matrix), jnp.asarray(right))
    assert found.dtype == jnp.float32
    np.testing.assert_allclose(found, expected, atol=1e-3 * np.abs(expected).max())


@pytest.mark.parametrize("n", [10, 128])
@pytest.mark.parametrize("place", [0, -1])
def test_a_matrix_that_is_not_positive_gives_nan(n, place):
    matrix, right = positive(n)
    matrix[place, place] = -1.0
    assert np.isnan(solve(jnp.asarray(matrix), jnp.asarray(right))).all()


def test_only_the_upper_triangle_is_read():
    matrix, right = positive(128)
    expected = np.linalg.solve(matrix, right)
    upper = np.where(np.tri(128, k=-1, dtype=bool), 7.0, matrix)
    np.testing.assert_allclose(solve(jnp.asarray(upper), jnp.asarray(right)), expected, rtol=1e-8)


@pytest.mark.parametrize("most", [1, 5, 60])
def test_conjugate_gradients_say_how_far_they_came(most):
    matrix, right = positive(100)
    diagonal = np.diag(matrix)
    x, residual = conjugate_gradients(
        lambda x: matrix @ x, lambda r: r / diagonal, jnp.asarray(right), tolerance=1e-8, most=most
    )
    left = np.linalg.norm(right - matrix @ x) / np.linalg.norm(right)
    assert residual == pytest.approx(left, rel=1e-3, abs=1e-12)
    assert (residual <= 1e-8) == (most == 60)


def test_nothing_to_solve_leaves_nothing():
    x, residual = conjugate_gradients(lambda x: 2 * x, lambda r: r, jnp.zeros(3), tolerance=1e-8, most=5)
    assert not x.any() and residual == 0.0
