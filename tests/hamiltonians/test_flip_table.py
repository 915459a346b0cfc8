import numpy as np
import pytest
from cases import SYSTEMS, all_configurations, netket_matrix, table_matrix
from pauli import dense_matrix, random_strings

from sparse_nqs.hamiltonians import build_operator, compile_operator, compile_pauli_strings


@pytest.mark.parametrize("name", SYSTEMS)
def test_table_equals_netkets_matrix(name, netket):
    operator = build_operator(SYSTEMS[name])
    configurations = all_configurations(operator.hilbert.size)
    matrix = table_matrix(compile_operator(operator), configurations)
    np.testing.assert_allclose(matrix, netket_matrix(operator, configurations), atol=1e-12)


def test_netkets_local_operator_is_compiled(netket):
    hilbert = netket.hilbert.Spin(0.5, 3)
    x, y, z = (getattr(netket.operator.spin, f"sigma{axis}") for axis in "xyz")
    operator = (
        0.3 * x(hilbert, 0)
        - 1.1 * x(hilbert, 1) @ x(hilbert, 2)
        + 0.4 * y(hilbert, 1) @ y(hilbert, 2)
        + 0.9 * z(hilbert, 2) @ x(hilbert, 1)
        - z(hilbert, 0) @ z(hilbert, 2)
        + 2.5
    )
    strings = ["XII", "IXX", "IYY", "IXZ", "ZIZ", "III"]
    expected = dense_matrix(strings, [0.3, -1.1, 0.4, 0.9, -1.0, 2.5])
    matrix = table_matrix(compile_operator(operator), all_configurations(3))
    np.testing.assert_allclose(matrix, expected, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_random_strings_with_y_equal_the_kronecker_product(seed):
    strings, coefficients = random_strings(4, 30, seed)
    table = compile_pauli_strings(strings, coefficients)
    expected = dense_matrix(strings, coefficients)
    np.testing.assert_allclose(table_matrix(table, all_configurations(4)), expected.real, atol=1e-12)


def test_an_imaginary_coefficient_can_make_a_string_real():
    table = compile_pauli_strings(["YI", "YZ"], np.array([1j, -0.5j]))
    expected = dense_matrix(["YI", "YZ"], [1j, -0.5j])
    assert np.abs(expected.imag).max() == 0.0
    np.testing.assert_array_equal(table_matrix(table, all_configurations(2)), expected.real)


@pytest.mark.parametrize(
    ("strings", "coefficients"),
    [(["Y"], [1.0]), (["XY", "XX"], [0.1, 1.0]), (["X"], [1j]), (["ZZ"], [1.0 + 0.5j])],
)
def test_complex_matrix_elements_are_refused(strings, coefficients):
    with pytest.raises(ValueError, match="complex matrix elements; only real ones"):
        compile_pauli_strings(strings, np.array(coefficients))


def test_imaginary_parts_that_cancel_are_accepted():
    table = compile_pauli_strings(["XY", "XX", "XY"], np.array([1.0, -2.0, -1.0]))
    np.testing.assert_array_equal(table.constant_amplitudes(), [-2.0])


def test_no_terms_are_refused():
    with pytest.raises(ValueError, match="no terms"):
        compile_pauli_strings([], np.array([]))


def test_an_operator_without_pauli_strings_is_refused():
    with pytest.raises(ValueError, match="object cannot be written as Pauli strings; allowed are"):
        compile_operator(object())


def test_flip_sets_are_distinct_and_terms_are_merged():
    strings = ["XXI", "YYI", "IXZ", "IXI", "IXI", "ZII", "IXX", "ZII", "IXX"]
    table = compile_pauli_strings(strings, np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, -7.0]))
    assert {tuple(np.flatnonzero(row)) for row in table.flip_sets} == {(0, 1), (1,)}
    assert (table.n_flips, table.n_sites, len(table.term_coefficient)) == (2, 3, 4)
    np.testing.assert_array_equal(table.diagonal_coefficient, [14.0])
    assert (np.diff(table.term_flip) >= 0).all()


def test_a_diagonal_hamiltonian_has_no_flips():
    table = compile_pauli_strings(["ZZ", "IZ"], np.array([1.0, 0.5]))
    assert table.flip_sets.shape == (0, 2)
    assert table.is_stoquastic()
    assert table.constant_amplitudes().shape == (0,)


def test_amplitudes_that_depend_on_the_configuration_are_not_constant():
    assert compile_pauli_strings(["XI", "XZ"], np.array([1.0, 0.5])).constant_amplitudes() is None
    table = compile_pauli_strings(["IX", "XI", "ZI"], np.array([2.0, 3.0, 1.0]))
    assert dict(zip(map(tuple, table.flip_sets.tolist()), table.constant_amplitudes(), strict=True)) == {
        (True, False): 3.0,
        (False, True): 2.0,
    }


@pytest.mark.parametrize(
    ("strings", "coefficients", "expected"),
    [
        (["ZZ", "XI", "IX"], [1.0, -1.0, -0.5], True),
        (["ZZ", "XI", "IX"], [1.0, -1.0, 0.5], False),
        (["XX", "YY"], [-1.0, -1.0], True),
        (["XX", "YY"], [-1.0, 1.0], True),
        (["XX", "YY"], [-1.0, 1.5], False),
        (["XX", "YY"], [1.0, 1.0], False),
        (["XI", "XZ"], [-1.0, 0.9], True),
        (["XI", "XZ"], [-1.0, 1.1], False),
        # Exact where the bound |c_1| + |c_2| + ... is not: the terms cannot all be positive at once.
        (["XII", "XZI", "XIZ", "XZZ"], [-1.0, 0.9, 0.9, 0.9], False),
        (["XII", "XZI", "XIZ", "XZZ"], [-1.0, 0.9, 0.9, -0.9], True),
        (["XZZ", "XII"], [-0.5, -0.5], True),
        (["XZ"], [-1.0], False),
        (["ZZ"], [1.0], True),
    ],
)
def test_stoquastic_means_no_positive_off_diagonal_element(strings, coefficients, expected):
    assert compile_pauli_strings(strings, np.array(coefficients)).is_stoquastic() is expected
    matrix = dense_matrix(strings, coefficients).real
    assert (matrix - np.diag(np.diag(matrix)) <= 1e-12).all() == expected


@pytest.mark.parametrize("name", SYSTEMS)
def test_both_models_are_stoquastic_with_constant_amplitudes(name):
    table = compile_operator(build_operator(SYSTEMS[name]))
    assert table.is_stoquastic()
    assert (table.constant_amplitudes() < 0).all()


@pytest.mark.parametrize("seed", range(6))
def test_largest_amplitudes_against_the_matrix(seed):
    strings, coefficients = random_strings(4, 25, seed)
    table = compile_pauli_strings(strings, coefficients)
    matrix = dense_matrix(strings, coefficients).real
    assert table.is_symmetric()
    rows = np.arange(16)
    for flip, largest in zip(table.flip_sets, table.largest_amplitudes(), strict=True):
        columns = rows ^ int(flip @ (1 << np.arange(4)))
        assert largest == pytest.approx(matrix[rows, columns].max(), abs=1e-12)


def test_beyond_sixteen_spins_amplitudes_are_bounded_from_above():
    words = ["X" + "I" * 17, *("X" + "I" * i + "Z" + "I" * (16 - i) for i in range(17))]
    table = compile_pauli_strings(words, np.array([-5.0] + [0.25] * 17))
    np.testing.assert_allclose(table.largest_amplitudes(), [-5.0 + 17 * 0.25])
    assert table.is_stoquastic()


def test_the_flip_set_with_the_strongest_sign_problem():
    table = compile_pauli_strings(["XII", "IXI", "IXZ", "IIX"], np.array([0.1, 0.2, 0.4, -1.0]))
    np.testing.assert_array_equal(table.flip_sets[table.positive_flip()], [False, True, False])


@pytest.mark.parametrize(("words", "coefficients"), [(["YI"], [1j]), (["YZ", "XI"], [0.5j, 1.0])])
def test_real_matrices_that_are_not_symmetric(words, coefficients):
    matrix = dense_matrix(words, coefficients)
    assert np.abs(matrix - matrix.T).max() > 0.5
    assert not compile_pauli_strings(words, np.array(coefficients)).is_symmetric()


def test_a_netket_operator_that_becomes_a_local_operator_is_compiled(netket):
    ising = netket.operator.Ising(
        netket.hilbert.Spin(0.5, 3), netket.graph.Chain(3, pbc=False), h=0.7, J=-1.0
    )
    expected = dense_matrix(["ZZI", "IZZ", "XII", "IXI", "IIX"], [-1.0, -1.0, -0.7, -0.7, -0.7]).real
    np.testing.assert_allclose(
        table_matrix(compile_operator(ising), all_configurations(3)), expected, atol=1e-12
    )


@pytest.mark.parametrize(
    ("strings", "coefficients", "message"),
    [
        (
            ["IIZ", "XII"],
            [1e15, -1.0],
            r"coefficient 1 of XII cannot be told from rounding beside 1e\+15 of IIZ",
        ),
        (["III", "XII"], [1e13, -1.0], "coefficient 1 of XII cannot be told from rounding"),
        (
            ["ZII", "XII"],
            [1.0, np.cos(np.pi / 2)],
            "coefficient 6.12e-17 of XII cannot be told from rounding",
        ),
        (
            ["ZII", "XII"],
            [1e16, -1e16],
            r"largest coefficient, of ZII, is 1e\+16; allowed are 1e-15 to 1e\+15",
        ),
        (["ZII", "XII"], [1e-23, -1e-23], "largest coefficient, of ZII, is 1e-23; allowed are"),
        (["ZII", "XII"], [1.0, np.nan], "the coefficient of XII is nan; allowed are finite numbers"),
    ],
)
def test_coefficients_that_cannot_be_computed_with_are_refused(strings, coefficients, message):
    with pytest.raises(ValueError, match=message):
        compile_pauli_strings(strings, np.array(coefficients))


def test_terms_are_kept_whatever_the_others_are():
    table = compile_pauli_strings(["ZII", "XII", "IXI", "III"], np.array([1.0, -3e-9, -2e-12, 1e-20]))
    assert sorted(table.term_coefficient) == [-3e-9, -2e-12]
    assert sorted(table.diagonal_coefficient) == [1e-20, 1.0]


def test_sums_that_are_zero_but_for_rounding_are_no_terms():
    table = compile_pauli_strings(["XII", "XII", "XII", "ZII"], np.array([0.1, 0.2, -0.3, 1.0]))
    assert table.n_flips == 0


def test_a_small_sign_problem_beside_a_large_term_is_seen():
    assert not compile_pauli_strings(["XII", "IXI"], np.array([-1.0, 1e-11])).is_stoquastic()
