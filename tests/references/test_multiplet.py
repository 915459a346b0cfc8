"""The ground level against dense diagonalisation, and against systems whose multiplets are known."""

import numpy as np
import pytest
from pauli import dense_matrix

from sparse_nqs.hamiltonians import build_operator, compile_operator, compile_pauli_strings
from sparse_nqs.references.multiplet import ground_multiplet, has_unique_ground_state


def chain(n_sites, letters):
    return ["I" * i + letters + "I" * (n_sites - i - len(letters)) for i in range(n_sites - len(letters) + 1)]


def heisenberg(n_sites, sign):
    words = chain(n_sites, "XX") + chain(n_sites, "YY") + chain(n_sites, "ZZ")
    bonds = n_sites - 1
    return words, [-1.0] * (2 * bonds) + [sign] * bonds


CASES = {
    "classical Ising chain": (chain(5, "ZZ"), [-1.0] * 4, 2),
    "its antiferromagnet": (chain(5, "ZZ"), [1.0] * 4, 2),
    "in a field": (chain(3, "ZZ") + chain(3, "ZII"), [-1.0] * 2 + [-0.3], 1),
    "a bond and a free spin": (["XXI", "ZZI"], [-1.0, -0.4], 2),
    "flips of pairs": (chain(4, "XX"), [-1.0] * 3, 2),
    # A spin of 3/2, and in the rotated frame one of 1/2.
    "Heisenberg ferromagnet": (*heisenberg(3, -1.0), 4),
    "Heisenberg antiferromagnet": (*heisenberg(3, 1.0), 2),
    "transverse field": (chain(4, "ZZ") + chain(4, "X"), [-1.0] * 3 + [-0.2] * 4, 1),
    "a constant": (["III"], [2.5], 8),
    "projectors on the X axis": (["III", "XII", "IXI", "IIX"], [1.5, -0.5, -0.5, -0.5], 1),
    "projectors, spin by spin but one": (["III", "XII", "IXI"], [1.0, -0.5, -0.5], 2),
    "sums of stars with a zero energy": (["IIII", "XXXX", "ZZII", "IIZZ"], [3.0, -1.0, -1.0, -1.0], 2),
}


@pytest.mark.parametrize("name", CASES)
def test_the_level_and_its_means_equal_dense_diagonalisation(name):
    words, coefficients, degeneracy = CASES[name]
    n_sites = len(words[0])
    energies, states = np.linalg.eigh(dense_matrix(words, coefficients).real)
    level = states[:, energies < energies[0] + 1e-9]
    assert level.shape[1] == degeneracy
    found = ground_multiplet(compile_pauli_strings(words, np.array(coefficients)))
    assert found.energy == pytest.approx(energies[0], abs=1e-11)
    assert found.degeneracy == degeneracy
    for letter, mean in (("X", found.m_x), ("Z", found.m_z)):
        total = dense_matrix(chain(n_sites, letter), [1.0 / n_sites] * n_sites).real
        # Vectors of a residual of 1e-12 times the couplings are that near to the level, over its gap.
        assert mean == pytest.approx(np.trace(level.T @ total @ level) / degeneracy, abs=1e-10)


def test_the_toric_code_has_four_ground_states_without_magnetisation():
    found = ground_multiplet(compile_operator(build_operator({"model": "toric_code", "length": 2})))
    assert (found.degeneracy, found.energy) == (4, pytest.approx(-8.0, abs=1e-11))
    assert (found.m_x, found.m_z) == pytest.approx((0.0, 0.0), abs=1e-10)


@pytest.mark.parametrize("flips", [[], ["IIX"]])
@pytest.mark.parametrize(("splitting", "degeneracy"), [(1e-9, 1), (4e-12, 2)])
def test_levels_are_told_apart_down_to_the_stated_distance(flips, splitting, degeneracy):
    words, coefficients = ["ZZI", "ZII", *flips], [-1.0, -splitting / 2, *[-0.7 for _ in flips]]
    # Without flips the third spin is free.
    found = ground_multiplet(compile_pauli_strings(words, coefficients)).degeneracy
    assert found == degeneracy * (1 if flips else 2)


def test_a_positive_ground_state_is_unique_however_near_the_next_level_is():
    """The two levels of an ordered Ising chain differ by about kappa^N = 1e-18."""
    table = compile_pauli_strings(chain(6, "ZZ") + chain(6, "X"), [-1.0] * 5 + [-1e-3] * 6)
    assert has_unique_ground_state(table)
    found = ground_multiplet(table)
    assert found.degeneracy == 1
    assert found.m_z == pytest.approx(0.0, abs=1e-9)
    # Pairs of flips leave the parity as it is, and flips that some configurations forbid prove nothing.
    assert not has_unique_ground_state(compile_pauli_strings(chain(4, "XX"), [-1.0] * 3))
    assert not has_unique_ground_state(compile_pauli_strings(["XI", "ZX", "IX"], [-1.0, 1.0, -1.0]))


def test_a_level_with_too_many_states_has_no_means():
    found = ground_multiplet(compile_pauli_strings(["XIIIIII"], [-1.0]))
    assert found.energy == pytest.approx(-1.0, abs=1e-11)
    assert (found.degeneracy, found.m_x, found.m_z) == (None, None, None)
