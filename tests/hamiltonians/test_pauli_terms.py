import numpy as np
import pytest
from cases import all_configurations, table_matrix
from pauli import dense_matrix

from sparse_nqs.hamiltonians import build_operator, compile_operator
from sparse_nqs.hamiltonians.pauli_terms import every_term, pauli_terms

SMALL = [1.0, 1e-5, 1e-8, 3e-10, 1e-12]


def collected(operator):
    terms = {}
    for word, coefficient in zip(*pauli_terms(operator), strict=True):
        terms[word] = terms.get(word, 0.0) + coefficient
    return terms


def test_a_local_operator_equals_its_matrix(netket):
    generator = np.random.default_rng(0)
    matrix = generator.normal(size=(8, 8)) + 1j * generator.normal(size=(8, 8))
    operator = netket.operator.LocalOperator(netket.hilbert.Spin(0.5, 3), matrix, [2, 0, 1], constant=0.5)
    words, coefficients = pauli_terms(operator)
    # The matrix's first letter is of site 2, then 0 and 1; of `dense_matrix` the last one comes first.
    expected = dense_matrix([word[1] + word[0] + word[2] for word in words], coefficients)
    np.testing.assert_allclose(matrix + 0.5 * np.eye(8), expected, atol=1e-13)


@pytest.mark.parametrize("scale", SMALL)
def test_strings_are_kept_however_small(scale, netket):
    hilbert = netket.hilbert.Spin(0.5, 3)
    pauli_strings = netket.operator.PauliStrings
    with every_term():
        made = pauli_strings(hilbert, ["ZII", "IXI"], [1.0, scale])
        added = made + pauli_strings(hilbert, ["IIX"], [scale])
    assert collected(made) == {"ZII": 1.0, "IXI": scale}
    assert collected(added) == {"ZII": 1.0, "IXI": scale, "IIX": scale}
    # Outside it NetKet is as it was.
    assert ("IXI" in collected(pauli_strings(hilbert, ["ZII", "IXI"], [1.0, scale]))) == (scale > 1e-8)


@pytest.mark.parametrize("scale", SMALL)
def test_local_operators_are_kept_however_small(scale, netket):
    hilbert, spin = netket.hilbert.Spin(0.5, 3), netket.operator.spin
    with every_term():
        operator = spin.sigmaz(hilbert, 0) @ spin.sigmaz(hilbert, 2) - scale * spin.sigmax(hilbert, 1) + scale
    assert collected(operator) == {"ZIZ": 1.0, "IXI": -scale, "III": scale}
    ising = netket.operator.Ising(hilbert, netket.graph.Chain(3, pbc=False), h=scale, J=-1.0)
    expected = {"ZZI": -1.0, "IZZ": -1.0} | dict.fromkeys(["XII", "IXI", "IIX"], -scale)
    assert collected(ising) == pytest.approx(expected, rel=1e-12)
    # A sum of two kinds, which NetKet keeps as it is.
    with every_term():
        mixed = scale * netket.operator.PauliStrings(hilbert, ["XII"], [-1.0]) + ising
    assert collected(mixed) == pytest.approx(expected | {"XII": -2 * scale}, rel=1e-12)


def test_strings_that_cancel_are_left_out(netket):
    hilbert = netket.hilbert.Spin(0.5, 2)
    with every_term():
        made = netket.operator.PauliStrings(hilbert, ["XI", "XI", "XI", "ZI"], [0.1, 0.2, -0.3, 1.0])
        nothing = netket.operator.PauliStrings(hilbert, ["XI", "XI"], [1.0, -1.0])
    assert collected(made) == {"ZI": 1.0}
    assert collected(nothing) == {"II": 0.0}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, complex(0.0, np.nan)])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_numbers_that_are_not_finite_are_no_rounding(value, netket):
    """No bound is below NaN, so that a term with it was left out as if it were zero."""
    hilbert, spin = netket.hilbert.Spin(0.5, 3), netket.operator.spin
    matrix = np.array([[0.0, value], [value, 0.0]])
    with every_term():
        on_one = netket.operator.LocalOperator(hilbert, matrix, [1]) + spin.sigmaz(hilbert, 0)
        strings = netket.operator.PauliStrings(
            hilbert, ["XII", "XII", "ZII"], [value, 1.0, 1.0], dtype=complex
        )
    with pytest.raises(
        ValueError, match=r"the matrix on sites 1 has an element .*; allowed are finite numbers"
    ):
        compile_operator(on_one)
    with pytest.raises(ValueError, match=r"the coefficient of XII is .*; allowed are finite numbers"):
        compile_operator(strings)


@pytest.mark.parametrize("model", ["tfim", "heisenberg"])
def test_models_in_small_units(model):
    system = {"model": model, "extent": [2, 2], "boundary": "open", "coupling": 1.0}
    system |= {"field": 3.0} if model == "tfim" else {}
    small = {key: 1e-9 * value if isinstance(value, float) else value for key, value in system.items()}
    matrices = [
        table_matrix(compile_operator(build_operator(described)), all_configurations(4))
        for described in (system, small)
    ]
    np.testing.assert_allclose(matrices[1], 1e-9 * matrices[0], rtol=1e-14, atol=0.0)
