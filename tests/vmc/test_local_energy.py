import numpy as np
import pytest
from cases import MASKS, SYSTEMS, all_configurations
from marks import slow
from netket_twin import NetketTwin
from pauli import dense_matrix, random_strings

from sparse_nqs.hamiltonians import build_operator, compile_operator, compile_pauli_strings

from .setups import local_energies, setup

pytestmark = pytest.mark.usefixtures("schedules")


def from_matrix(matrix, state, configurations):
    psi = np.exp(state.log_psi(configurations))
    return matrix @ psi / psi


@pytest.mark.parametrize("name", ["tfim_periodic", "toric_code"])
def test_local_energies_equal_netkets(name, netket):
    operator = build_operator(SYSTEMS[name])
    table = compile_operator(operator)
    configurations = np.random.default_rng(5).choice([-1.0, 1.0], size=(48, table.n_sites))
    twin = NetketTwin(netket, operator, setup(table).network, configurations)
    for mask in MASKS:
        state = setup(table, mask)
        twin.take(state.params, state.masks)
        expected = twin.local_energies()
        np.testing.assert_allclose(local_energies(state, configurations), expected, rtol=1e-10, err_msg=mask)


@pytest.mark.parametrize(
    ("seed", "mask"),
    [
        (seed, mask) if mask in ("full", "half", "one_weight") else slow(seed, mask)
        for seed, mask in enumerate(MASKS)
    ],
)
def test_amplitudes_that_depend_on_the_configuration(mask, seed):
    # Strings with Z and pairs of Y beside X, on flip sets of all widths.
    strings, coefficients = random_strings(5, 40, seed)
    assert any("YY" in word for word in strings)
    assert any("ZX" in word or "XZ" in word for word in strings)
    state = setup(compile_pauli_strings(strings, coefficients), mask, seed=seed)
    configurations = all_configurations(5)
    expected = from_matrix(dense_matrix(strings, coefficients).real, state, configurations)
    np.testing.assert_allclose(local_energies(state, configurations), expected, rtol=1e-10, atol=1e-10)


def test_wide_flips():
    strings = ["X" * 10, "XXXXXXXXXI", "IXXXXXXXXZ", "YYXXXXXXXX", "ZIIIIIIIIZ"]
    coefficients = np.array([-1.0, 0.5, 0.25, -0.75, 1.5])
    state = setup(compile_pauli_strings(strings, coefficients), "half")
    configurations = all_configurations(10)
    expected = from_matrix(dense_matrix(strings, coefficients).real, state, configurations)
    np.testing.assert_allclose(local_energies(state, configurations), expected, rtol=1e-10, atol=1e-10)


def test_a_diagonal_hamiltonian():
    table = compile_pauli_strings(["ZZI", "IZZ"], np.array([-1.0, -1.0]))
    configurations = all_configurations(3)
    energies = local_energies(setup(table), configurations)
    np.testing.assert_array_equal(
        energies, -configurations[:, 0] * configurations[:, 1] - configurations[:, 1] * configurations[:, 2]
    )
