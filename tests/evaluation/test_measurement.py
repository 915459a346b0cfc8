from typing import get_type_hints

import numpy as np
import pytest
from pauli import dense_matrix

from sparse_nqs.evaluation import Convergence, Estimate, Measurement, evaluate_exactly, v_score
from sparse_nqs.hamiltonians import compile_pauli_strings, full_space
from sparse_nqs.storage.table_schemas import TABLES


def test_an_exact_number_has_no_error():
    assert Estimate(2.0) == (2.0, 0.0)


def test_every_measured_number_has_its_columns():
    estimates = {name for name, kind in get_type_hints(Measurement).items() if kind is Estimate}
    assert len(estimates) == 5
    others = set(Measurement._fields) - estimates - {"convergence"} | set(Convergence._fields)
    assert {*estimates, *(f"{name}_error" for name in estimates), *others} <= set(TABLES["rounds"])


@pytest.mark.parametrize("constant", [0.0, 7.0, -31.0])
@pytest.mark.parametrize("unit", [1e-6, 1.0])
def test_the_v_score_does_not_know_a_constant_in_the_hamiltonian(constant, unit):
    words, coefficients = ["ZZI", "IZZ", "XII", "IXI", "IIX"], np.array([-1.0, -1.0, -0.8, -0.8, -0.8])
    psi = np.random.default_rng(0).uniform(0.5, 1.5, size=8)
    psi /= np.linalg.norm(psi)
    bare = dense_matrix(words, coefficients).real
    energy = psi @ bare @ psi
    expected = 3 * (psi @ bare @ bare @ psi - energy**2) / energy**2
    table = compile_pauli_strings(["III", *words], unit * np.append(constant, coefficients))
    measured = evaluate_exactly(full_space.hamiltonian_product(table), np.log(psi))
    assert v_score(measured, table) == pytest.approx(expected, rel=1e-9)


def test_there_is_no_v_score_at_the_mean_of_all_energies():
    table = compile_pauli_strings(["II", "ZZ"], np.array([7.0, -1.0]))
    measured = evaluate_exactly(full_space.hamiltonian_product(table), np.zeros(4))
    assert measured.energy.value == pytest.approx(7.0)
    assert v_score(measured, table) is None
