import itertools
import warnings

import numpy as np
import pytest
from cases import all_configurations, netket_matrix, table_matrix

from sparse_nqs.hamiltonians import build_operator, cluster_moves, compile_operator, full_space, mix_moves
from sparse_nqs.hamiltonians.heisenberg import build
from sparse_nqs.hamiltonians.tfim import bonds
from sparse_nqs.references.exact_diagonalisation import ground_state


def system(extent, boundary="open", coupling=1.0):
    return {"model": "heisenberg", "extent": list(extent), "boundary": boundary, "coupling": coupling}


def table_of(*arguments):
    return compile_operator(build_operator(system(*arguments)))


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("extent", [(2, 2), (4, 2), (1, 4)])
def test_it_is_a_quarter_of_netkets_heisenberg_with_the_sign_rule(netket, extent, periodic):
    graph = netket.graph.Grid(extent, pbc=periodic and [side > 2 for side in extent])
    n_sites = extent[0] * extent[1]
    hilbert = netket.hilbert.Spin(0.5, n_sites)
    # NetKet's is J sum sigma.sigma; with the sign rule XX and YY are turned round, as here.
    expected = netket.operator.Heisenberg(hilbert, graph, J=1.3, sign_rule=[True] * graph.n_edges)
    configurations = all_configurations(n_sites)
    matrix = table_matrix(compile_operator(build(extent, periodic=periodic, coupling=1.3)), configurations)
    np.testing.assert_allclose(4.0 * matrix, netket_matrix(expected, configurations).real, atol=1e-12)


def test_x_is_that_of_the_rotated_spins(netket):
    # In the ground state of H, a singlet, all correlators of two spins are the same along x and z.
    system = {"model": "heisenberg", "extent": [2, 3], "boundary": "open", "coupling": 1.0}
    psi = ground_state(compile_operator(build_operator(system))).vector
    index = np.arange(64)
    for i, j in itertools.combinations(range(6), 2):
        xx = psi @ psi[index ^ (1 << i | 1 << j)]
        zz = psi**2 @ np.where((index >> i ^ index >> j) & 1, -1.0, 1.0)
        same_sublattice = (i // 3 + i % 3 + j // 3 + j % 3) % 2 == 0
        assert zz == pytest.approx(xx if same_sublattice else -xx, abs=1e-10)


@pytest.mark.parametrize("side", [1, 2])
def test_short_periodic_sides_have_the_bonds_of_netket(side, netket):
    with warnings.catch_warnings(action="ignore"):  # that such a side is open
        # A closed side of one site, which would be next to itself, it refuses.
        graph = netket.graph.Grid((side, 4), pbc=[side > 1, True])
    assert {frozenset(edge) for edge in graph.edges()} == set(
        map(frozenset, bonds((side, 4), periodic=True).tolist())
    )
    assert len(bonds((side, 4), periodic=True)) == graph.n_edges


def test_the_rotation_leaves_the_spectrum_of_the_unrotated_model(netket):
    graph = netket.graph.Grid((3, 2), pbc=False)
    hilbert = netket.hilbert.Spin(0.5, 6)
    plain = netket.operator.Heisenberg(hilbert, graph, sign_rule=[False] * graph.n_edges)
    rotated = table_matrix(table_of((3, 2)), all_configurations(6))
    np.testing.assert_allclose(
        np.linalg.eigvalsh(rotated),
        np.linalg.eigvalsh(netket_matrix(plain, all_configurations(6))) / 4,
        atol=1e-12,
    )


@pytest.mark.parametrize(
    ("extent", "boundary", "energy"),
    [
        ((1, 2), "open", -0.75),
        # The ring of four: total spin 2 of two triplets, E = -2 J.
        ((2, 2), "open", -2.0),
        ((1, 4), "periodic", -2.0),
        # The 4 x 4 torus: E/N = -0.7017802 J (exact diagonalisation, e.g. A. W. Sandvik, AIP Conf. Proc. 1297 (2010)).
        ((4, 4), "periodic", -0.7017802 * 16),
    ],
)
def test_known_ground_energies(extent, boundary, energy):
    table = table_of(extent, boundary)
    assert ground_state(table).energy == pytest.approx(energy, abs=16 * 5e-8)
    assert ground_state(table_of(extent, boundary, 2.0)).energy == pytest.approx(2.0 * energy, abs=16 * 1e-7)


def test_the_ground_state_is_positive_and_has_no_magnetisation():
    vector = ground_state(table_of((3, 2))).vector
    total = sum(full_space.sign_products(row) for row in np.eye(6, dtype=bool))
    assert (vector[total == 0] > 1e-6).all()
    np.testing.assert_allclose(vector[total != 0], 0.0, atol=1e-9)


def test_no_positive_off_diagonal_element():
    table = table_of((4, 4), "periodic")
    assert table.is_stoquastic()
    assert table.is_symmetric()
    # A bond exchanges opposite spins, with J/2, and leaves equal ones alone.
    assert (table.n_flips, table.constant_amplitudes()) == (32, None)
    np.testing.assert_array_equal(table.largest_amplitudes(), np.zeros(32))
    matrix = table_matrix(table_of((2, 2)), all_configurations(4))
    assert set(matrix[~np.eye(16, dtype=bool)]) == {0.0, -0.5}


@pytest.mark.parametrize("extent", [(3, 2), (3, 3), (2, 5)])
def test_lattices_that_are_not_bipartite_are_refused(extent):
    with pytest.raises(
        ValueError, match=f"{extent[0]} x {extent[1]} sites is not bipartite; sides must be even"
    ):
        build(extent, periodic=True, coupling=1.0)


def test_cluster_moves_are_the_bonds_and_the_global_flip():
    families = cluster_moves(system((3, 2)), table_of((3, 2)))
    assert list(families) == ["bonds", "global"]
    pairs = {tuple(np.flatnonzero(row)) for row in families["bonds"]}
    assert pairs == {(0, 1), (2, 3), (4, 5), (0, 2), (2, 4), (1, 3), (3, 5)}
    assert families["global"].all()
    assert mix_moves(families, 6).shape == (6 + 7 + 1, 6)
