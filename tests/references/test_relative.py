import numpy as np
import pytest

from sparse_nqs.hamiltonians import compile_pauli_strings
from sparse_nqs.references import note_on_zero, reference_energy, relative_to

OPTIONS = {"max_ed_spins": 8, "bond_dimensions": [8, 24], "recompute": False}
SYSTEM = {"model": "operator", "operator": "my_models:frustration_free"}


def projectors(shift=0.0, unit=1.0):
    """sum_i (1 - X_i) / 2 and a constant, in some unit of energy: the ground energy is the constant."""
    words, coefficients = ["IIII", "XIII", "IXII", "IIXI", "IIIX"], [2.0 + shift, *[-0.5] * 4]
    return compile_pauli_strings(words, unit * np.array(coefficients))


@pytest.mark.parametrize("unit", [1e-8, 1.0, 1e8])
@pytest.mark.parametrize(("shift", "is_zero"), [(0.0, True), (1e-12, True), (1e-6, False), (-2.0, False)])
def test_a_ground_energy_that_is_zero_to_rounding_gives_no_relative_errors(unit, shift, is_zero):
    table = projectors(shift, unit)
    reference = reference_energy(SYSTEM, table, OPTIONS)
    found = relative_to(reference.extrapolated_energy, reference.error, table)
    assert found == (None if is_zero else pytest.approx(unit * abs(shift), rel=1e-6))


def test_an_energy_below_its_error_is_zero_too():
    table = projectors()
    assert relative_to(-0.004, 0.005, table) is None
    assert relative_to(-0.006, 0.005, table) == 0.006


def test_the_note_is_one_line():
    note = note_on_zero("my_models:rk", -2e-16, 1e-14)
    assert note.startswith("note: my_models:rk: the ground energy -2e-16 is zero") and "\n" not in note
