import numpy as np
import pytest
from cases import all_configurations, table_matrix

from sparse_nqs.hamiltonians import build_operator, cluster_moves, compile_operator
from sparse_nqs.hamiltonians.toric_code import plaquettes, stars, winding_loops

LENGTHS = [2, 3, 4]


def indicator(groups, length):
    rows = np.zeros((len(groups), 2 * length**2), dtype=int)
    for row, group in zip(rows, groups, strict=True):
        row[group] = 1
    return rows


def around(length, offset):
    """Edges by their midpoints on the lattice of half steps: those half a step from every vertex (offset 0) or
    plaquette centre (offset 1)."""
    at = {(2 * x + 1, 2 * y): 2 * (x * length + y) for x in range(length) for y in range(length)}
    at |= {(2 * x, 2 * y + 1): 2 * (x * length + y) + 1 for x in range(length) for y in range(length)}
    side = 2 * length
    return {
        frozenset(at[(u + du) % side, (v + dv) % side] for du, dv in ((1, 0), (-1, 0), (0, 1), (0, -1)))
        for u in range(offset, side, 2)
        for v in range(offset, side, 2)
    }


def rank_over_two(rows):
    rows, rank = rows.copy() % 2, 0
    for column in range(rows.shape[1]):
        pivots = np.flatnonzero(rows[rank:, column])
        if pivots.size:
            rows[[rank, rank + pivots[0]]] = rows[[rank + pivots[0], rank]]
            others = np.flatnonzero(rows[:, column])
            rows[others[others != rank]] ^= rows[rank]
            rank += 1
    return rank


@pytest.mark.parametrize("length", LENGTHS)
def test_stars_and_plaquettes_are_the_edges_round_vertices_and_faces(length):
    assert {frozenset(star) for star in stars(length).tolist()} == around(length, 0)
    assert {frozenset(face) for face in plaquettes(length).tolist()} == around(length, 1)


@pytest.mark.parametrize("length", LENGTHS)
def test_every_star_and_plaquette_share_none_or_two_edges(length):
    a, b = indicator(stars(length), length), indicator(plaquettes(length), length)
    assert (a.sum(axis=1) == 4).all()
    assert (b.sum(axis=1) == 4).all()
    assert set(np.unique(a @ b.T)) <= {0, 2}
    # Every edge is in two of each.
    assert (a.sum(axis=0) == 2).all()
    assert (b.sum(axis=0) == 2).all()


@pytest.mark.parametrize("length", LENGTHS)
def test_winding_loops_change_no_plaquette_and_are_no_products_of_stars(length):
    a, b = indicator(stars(length), length), indicator(plaquettes(length), length)
    loops = winding_loops(length).astype(int)
    assert (loops @ b.T % 2 == 0).all()
    # One relation among the stars: their product over all vertices is 1.
    assert rank_over_two(a) == length**2 - 1
    assert rank_over_two(np.concatenate([a, loops])) == length**2 + 1
    # With both loops, all moves that change no plaquette: the kernel of the plaquettes.
    assert 2 * length**2 - rank_over_two(b) == length**2 + 1


@pytest.mark.parametrize("length", LENGTHS)
def test_cluster_moves_are_the_stars_and_the_loops(length):
    families = cluster_moves({"model": "toric_code", "length": length}, None)
    assert list(families) == ["stars", "loops"]
    np.testing.assert_array_equal(families["stars"], indicator(stars(length), length))
    np.testing.assert_array_equal(families["loops"], winding_loops(length))


def test_the_spectrum_has_four_ground_states_at_minus_two_l_squared():
    table = compile_operator(build_operator({"model": "toric_code", "length": 2}))
    levels = np.linalg.eigvalsh(table_matrix(table, all_configurations(8)))
    np.testing.assert_allclose(levels[:4], -8.0, atol=1e-10)
    assert levels[4] == pytest.approx(-4.0, abs=1e-10)


def test_table_of_the_three_by_three_torus():
    table = compile_operator(build_operator({"model": "toric_code", "length": 3}))
    assert {frozenset(np.flatnonzero(row)) for row in table.flip_sets} == around(3, 0)
    assert {frozenset(np.flatnonzero(row)) for row in table.diagonal_sites} == around(3, 1)
    np.testing.assert_array_equal(table.constant_amplitudes(), np.full(9, -1.0))
    np.testing.assert_array_equal(table.diagonal_coefficient, np.full(9, -1.0))
