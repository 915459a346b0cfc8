import numpy as np
import pytest
from cases import all_configurations, netket_matrix

from sparse_nqs.hamiltonians import build_operator, cluster_moves, compile_operator, lattice
from sparse_nqs.hamiltonians.tfim import bonds, build


def neighbours(extent, periodic):
    """Pairs of sites at distance one, as a set: what `bonds` should be."""
    length, width = extent
    pairs = set()
    for x in range(length):
        for y in range(width):
            for dx, dy in ((1, 0), (0, 1)):
                u, v = x + dx, y + dy
                if periodic:
                    u, v = u % length, v % width
                if u < length and v < width and (u, v) != (x, y):
                    pairs.add(frozenset((x * width + y, u * width + v)))
    return pairs


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("extent", [(1, 2), (2, 1), (2, 2), (3, 2), (1, 5), (3, 4), (10, 10)])
def test_bonds_are_the_neighbours_each_once(extent, periodic):
    found = [frozenset(pair) for pair in bonds(extent, periodic=periodic).tolist()]
    assert len(set(found)) == len(found)
    assert set(found) == neighbours(extent, periodic)


@pytest.mark.parametrize(
    ("extent", "periodic", "count"),
    [((4, 4), False, 24), ((4, 4), True, 32), ((10, 10), False, 180), ((3, 2), True, 9), ((2, 2), True, 4)],
)
def test_bond_counts(extent, periodic, count):
    assert bonds(extent, periodic=periodic).shape == (count, 2)


@pytest.mark.parametrize("periodic", [False, True])
def test_operator_equals_netkets_ising(netket, periodic):
    graph = netket.graph.Graph(edges=[tuple(pair) for pair in neighbours((3, 2), periodic)], n_nodes=6)
    ising = netket.operator.Ising(netket.hilbert.Spin(0.5, 6), graph, h=0.7, J=-1.3)
    operator = build((3, 2), periodic=periodic, coupling=1.3, field=0.7)
    matrices = [netket_matrix(h, all_configurations(6)) for h in (operator, ising.to_jax_operator())]
    np.testing.assert_allclose(*matrices, atol=1e-12)


def test_table_of_the_four_by_four_lattice():
    system = {"model": "tfim", "extent": [4, 4], "boundary": "open", "coupling": 1.0, "field": 3.04438}
    table = compile_operator(build_operator(system))
    np.testing.assert_array_equal(table.flip_sets, np.eye(16, dtype=bool))
    np.testing.assert_array_equal(table.constant_amplitudes(), np.full(16, -3.04438))
    np.testing.assert_array_equal(table.diagonal_coefficient, np.full(24, -1.0))
    assert (table.diagonal_sites.sum(axis=1) == 2).all()


def test_no_field_leaves_a_diagonal_hamiltonian():
    table = compile_operator(build((2, 2), periodic=False, coupling=1.0, field=0.0))
    assert (table.n_flips, len(table.diagonal_coefficient)) == (0, 4)


def test_the_cluster_move_flips_all_spins():
    families = cluster_moves({"model": "tfim", "extent": [3, 2], "boundary": "open"}, None)
    assert {name: rows.tolist() for name, rows in families.items()} == {"global": [[True] * 6]}


@pytest.mark.parametrize("call", [build_operator, lattice, lambda system: cluster_moves(system, None)])
def test_an_unknown_model_is_refused(call):
    with pytest.raises(
        ValueError, match="unknown system 'xy'; allowed are heisenberg, operator, tfim, toric_code"
    ):
        call({"model": "xy"})
