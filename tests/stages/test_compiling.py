import numpy as np
import pytest
from cases import SYSTEMS, all_configurations, netket_matrix, table_matrix

from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians import lattice
from sparse_nqs.stages.compiling import compile_system


def system(name, **changes):
    return {
        **{"model": "operator", "operator": f"user_models:{name}", "options": {}, "extent": [2, 2]},
        **{"spins_per_cell": 1, "boundary": "open", "moves": ["flips"], "clusters": {}},
        **changes,
    }


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_models_that_come_with_the_package(name):
    problem = compile_system(SYSTEMS[name])
    assert problem.system == SYSTEMS[name]
    assert problem.table.is_stoquastic()
    assert all(rows.shape[1] == problem.table.n_sites for rows in problem.cluster_moves.values())


def test_the_function_gets_the_lattice_and_the_options(netket):
    described = system(
        "ising", options={"J": 0.5, "h": 2.0}, extent=[3, 2], moves=["bonds", "global", "flips"]
    )
    problem = compile_system(described)
    graph = netket.graph.Grid((3, 2), pbc=False)
    expected = netket.operator.Ising(netket.hilbert.Spin(0.5, 6), graph, J=-0.5, h=2.0)
    configurations = all_configurations(6)
    np.testing.assert_allclose(
        table_matrix(problem.table, configurations), netket_matrix(expected, configurations).real, atol=1e-12
    )
    shapes = {name: rows.shape for name, rows in problem.cluster_moves.items()}
    assert shapes == {"bonds": (7, 6), "global": (1, 6), "flips": (0, 6)}


def test_the_lattice_may_have_a_cell_and_be_closed():
    assert lattice(system("ising", spins_per_cell=3, boundary="periodic")) == (2, 2, 3, True)


def test_moves_from_the_hamiltonian_and_by_hand(netket):
    problem = compile_system(system("exchange", clusters={"corners": [[0, 3], [0, 1, 2]]}))
    sites = {
        name: [tuple(np.flatnonzero(row)) for row in rows] for name, rows in problem.cluster_moves.items()
    }
    assert sites == {"flips": [(0, 1), (2, 3)], "corners": [(0, 3), (0, 1, 2)]}


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("frustrated", {}, r"frustrated: the flip of spins \[2, 3\] has matrix elements up to 0.75 > 0"),
        ("imaginary", {}, "imaginary: the Hamiltonian has complex matrix elements; only real"),
        ("not_hermitian", {}, "not_hermitian: the operator is not Hermitian"),
        (
            "too_small",
            {},
            "too_small: its operator acts on 2 spins; allowed are 4, the spins of 2 x 2 cells of 1",
        ),
        ("spin_one", {}, "spin_one: its operator acts on .*; allowed are spins 1/2"),
        ("constrained", {}, "constrained: its Hilbert space .* is constrained"),
        ("unwritable", {}, "unwritable: SimpleNamespace cannot be written as Pauli strings"),
        ("number", {}, "number returned float; allowed is a NetKet operator"),
        (
            "ising",
            {},
            "ising: cannot be called with lattice and the options .none.: missing a required argument: 'J'",
        ),
        (
            "ising",
            {"options": {"J": 1.0, "g": 2}},
            "cannot be called with lattice and the options J, g: got an unexpected keyword argument 'g'",
        ),
        ("absent", {}, "absent: the module user_models has no absent"),
        ("NUMBER", {}, "NUMBER is int; allowed is a function or a class"),
        ("f", {"operator": "user_models.nowhere:f"}, "nowhere:f: No module named 'user_models.nowhere'"),
    ],
)
def test_what_cannot_be_run_is_refused_in_one_line(netket, name, changes, message):
    with pytest.raises(WorkError, match=message) as caught:
        compile_system(system(name, **changes))
    assert "\n" not in str(caught.value)
