from fractions import Fraction

import numpy as np
import pytest
from pauli import dense_matrix, random_strings

from sparse_nqs.hamiltonians import compile_pauli_strings, full_space
from sparse_nqs.hamiltonians.full_space import chunks, hamiltonian_product, magnetisations, sign_products


@pytest.fixture(params=[0, 1, 3, 16])
def chunk_bits(request, monkeypatch):
    """Small systems in one chunk, in several, and in chunks of one configuration."""
    monkeypatch.setattr(full_space, "_CHUNK_BITS", request.param)


@pytest.mark.parametrize("seed", range(4))
def test_product_equals_the_dense_matrix(seed, chunk_bits):
    strings, coefficients = random_strings(5, 25, seed)
    matrix = dense_matrix(strings, coefficients)
    assert np.abs(matrix.imag).max() == 0.0
    multiply = hamiltonian_product(compile_pauli_strings(strings, coefficients))
    product = np.stack([multiply(column) for column in np.eye(32)], axis=1)
    np.testing.assert_allclose(product, matrix.real, atol=1e-13)


def test_magnetisations_against_operators(chunk_bits):
    n_sites = 4
    vector = np.random.default_rng(1).normal(size=2**n_sites)
    vector /= np.linalg.norm(vector)
    words = {letter: [("I" * i + letter).ljust(n_sites, "I") for i in range(n_sites)] for letter in "XZ"}
    total = {letter: dense_matrix(words[letter], np.ones(n_sites)) for letter in "XZ"}
    measured = magnetisations(vector)
    assert measured.m_z == pytest.approx(vector @ total["Z"] @ vector / n_sites)
    assert measured.m_z_abs == pytest.approx(vector @ np.abs(total["Z"]) @ vector / n_sites)
    assert measured.m_x == pytest.approx(vector @ total["X"] @ vector / n_sites)


def test_site_zero_is_the_least_significant_bit():
    np.testing.assert_array_equal(sign_products(np.array([True, False])), [1, -1, 1, -1])
    np.testing.assert_array_equal(sign_products(np.array([False, True])), [1, 1, -1, -1])
    np.testing.assert_array_equal(sign_products(np.array([True, False]), slice(1, 3)), [-1, 1])


@pytest.mark.parametrize("size", [1, 4, 32])
def test_chunks_are_all_configurations_once(size, chunk_bits):
    rows = [row for part in chunks(size) for row in range(part.start, part.stop)]
    assert rows == list(range(size))
    assert len({part.stop - part.start for part in chunks(size)}) == 1


def test_a_diagonal_hamiltonian_has_no_flips(chunk_bits):
    multiply = hamiltonian_product(compile_pauli_strings(["ZZI", "IIZ"], np.array([2.0, 1.0])))
    np.testing.assert_array_equal(multiply(np.ones(8)), [3, -1, -1, 3, 1, -3, -3, 1])


@pytest.mark.parametrize(("first", "second"), [(1.0, -66.97636), (0.1, 0.7)])
def test_a_scalar_product_of_millions_of_equal_numbers_is_right_to_the_last_digits(first, second):
    """BLAS is wrong by 5e-12 here."""
    exact = float(Fraction(first) * Fraction(second) * 2**22)
    found = full_space.dot(np.full(2**22, first), np.full(2**22, second))
    assert found == pytest.approx(exact, rel=1e-15)


def test_a_scalar_product_of_few_numbers_is_their_sum():
    first, second = np.random.default_rng(0).standard_normal((2, 8))
    assert full_space.dot(first, second) == pytest.approx(sum(first * second))
