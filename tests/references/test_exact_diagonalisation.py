import tracemalloc

import numpy as np
import pytest
from cases import all_configurations, table_matrix
from pauli import dense_matrix, random_strings

from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians import build_operator, compile_operator, compile_pauli_strings
from sparse_nqs.hamiltonians.full_space import magnetisations
from sparse_nqs.references import exact_diagonalisation
from sparse_nqs.references.exact_diagonalisation import ground_state


def tfim(extent, field, coupling=1.0, boundary="open"):
    return {"model": "tfim", "extent": extent, "boundary": boundary, "coupling": coupling, "field": field}


def test_yy_and_zz_terms_against_dense_diagonalisation():
    strings = ["YYIIII", "IYYIII", "IIZZII", "ZIIIZI", "IIXYYI", "IIIIIX", "ZIIIIX", "XIIIIZ", "YIIZIY"]
    coefficients = np.array([0.7, -1.1, 0.4, 0.9, 0.8, -0.3, 0.6, 0.5, -0.45])
    exact, states = np.linalg.eigh(dense_matrix(strings, coefficients).real)
    ground = ground_state(compile_pauli_strings(strings, coefficients), n_states=1)
    assert ground.energy == pytest.approx(exact[0], abs=1e-12)
    assert ground.residual < 1e-10
    # The projection on the exact ground space, which may be degenerate.
    space = states[:, np.abs(exact - exact[0]) < 1e-9]
    assert np.linalg.norm(space.T @ ground.vector) == pytest.approx(1.0, abs=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_tfim_against_netket(seed, netket):
    generator = np.random.default_rng(seed)
    extent = [(2, 3), (3, 3), (5, 2)][seed]
    system = tfim(extent, generator.normal(), generator.normal(), ["open", "periodic"][seed % 2])
    operator = build_operator(system)
    expected = netket.exact.lanczos_ed(operator, k=1, compute_eigenvectors=False)[0]
    ground = ground_state(compile_operator(operator))
    assert ground.energy == pytest.approx(expected, abs=1e-10)
    assert ground.residual < 1e-10


def test_excited_states_ascend_and_equal_the_dense_ones():
    strings, coefficients = random_strings(6, 30, 7)
    ground = ground_state(compile_pauli_strings(strings, coefficients), n_states=4)
    exact = np.linalg.eigvalsh(dense_matrix(strings, coefficients).real)
    np.testing.assert_allclose(ground.energies, exact[:4], atol=1e-11)
    np.testing.assert_allclose(ground.vectors @ ground.vectors.T, np.eye(4), atol=1e-11)


def test_four_by_four_at_the_critical_field():
    ground = ground_state(compile_operator(build_operator(tfim((4, 4), 3.04438))))
    assert ground.energy == pytest.approx(-50.85817810220085, abs=1e-10)
    assert ground.vector.min() > 0.0
    assert np.linalg.norm(ground.vector) == pytest.approx(1.0, abs=1e-13)


@pytest.mark.parametrize("n_states", [1, 2])
@pytest.mark.parametrize("exponent", [-40, -27, 40])
def test_units_change_nothing_but_the_scale(n_states, exponent):
    # By powers of two, so that every digit stays: 2^-27 = 7.5e-9.
    plain, scaled = (
        ground_state(compile_operator(build_operator(tfim((3, 3), 3.0 * unit, unit))), n_states=n_states)
        for unit in (1.0, 2.0**exponent)
    )
    np.testing.assert_array_equal(scaled.energies, plain.energies * 2.0**exponent)
    np.testing.assert_array_equal(scaled.residuals, plain.residuals * 2.0**exponent)
    np.testing.assert_array_equal(scaled.vectors, plain.vectors)


def test_a_field_of_three_hundred_millionths():
    # With J = 1e-8 and kappa = 3e-8 an earlier version lost the bonds, and gave -27 J.
    table = compile_operator(build_operator(tfim((3, 3), 3e-8, 1e-8)))
    exact = np.linalg.eigvalsh(table_matrix(table, all_configurations(9)))[0]
    ground = ground_state(table)
    assert ground.energy / 1e-8 == pytest.approx(-28.0741988908889, abs=1e-10)
    assert ground.energy == pytest.approx(exact, rel=1e-13)
    assert ground.residual < 1e-11 * abs(ground.energy)


def test_ordered_phase_gives_the_symmetric_state():
    ground = ground_state(compile_operator(build_operator(tfim((3, 3), 0.05))))
    np.testing.assert_allclose(ground.vector, ground.vector[::-1], atol=1e-9)
    measured = magnetisations(ground.vector)
    assert measured.m_z == pytest.approx(0.0, abs=1e-9)
    assert measured.m_z_abs > 0.99


@pytest.mark.parametrize(("length", "energy"), [(2, -8.0), (3, -18.0)])
def test_toric_code(length, energy):
    operator = build_operator({"model": "toric_code", "length": length})
    assert ground_state(compile_operator(operator)).energy == pytest.approx(energy, abs=1e-10)


def test_toric_code_is_four_fold_degenerate_with_gap_four():
    operator = build_operator({"model": "toric_code", "length": 2})
    table = compile_operator(operator)
    np.testing.assert_allclose(ground_state(table, n_states=6).energies, [-8, -8, -8, -8, -4, -4], atol=1e-9)


def test_results_repeat_exactly():
    table = compile_pauli_strings(*random_strings(6, 20, 5))
    first, second = ground_state(table, n_states=2), ground_state(table, n_states=2)
    np.testing.assert_array_equal(first.vectors, second.vectors)


def test_memory_is_what_the_docstring_says():
    """48 bytes a configuration; chunks are a part of the whole here as they are not at 25 spins."""
    table = compile_operator(build_operator(tfim((6, 3), 3.0)))
    tracemalloc.start()
    try:
        ground_state(table)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 40 < peak / 2**18 < 64


def test_the_start_may_be_the_ground_state():
    """Without bonds the uniform vector is it: the Krylov space ends at once."""
    ground = ground_state(compile_pauli_strings(["XII", "IXI", "IIX"], np.array([-1.0, -2.0, -0.5])))
    assert ground.energy == pytest.approx(-3.5, abs=1e-14)
    np.testing.assert_allclose(ground.vector, np.full(8, 8**-0.5), atol=1e-14)


def test_what_does_not_converge_is_refused(monkeypatch):
    monkeypatch.setattr(exact_diagonalisation, "_MOST_STEPS", 5)
    with pytest.raises(WorkError, match="did not converge in 5 Lanczos steps"):
        ground_state(compile_operator(build_operator(tfim((3, 3), 1.0))))


def test_too_many_spins_are_refused():
    table = compile_pauli_strings(["XIIII", "IIZZI"], [1.0, 1.0])
    with pytest.raises(ValueError, match="5 spins refused; at most 4"):
        ground_state(table, max_spins=4)
    with pytest.raises(ValueError, match="allowed are 1 to 31"):
        ground_state(table, n_states=32)
