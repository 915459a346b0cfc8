import numpy as np
import pytest

from sparse_nqs.analysis.geometry import distances, positions, translations
from sparse_nqs.hamiltonians import Lattice, tfim, toric_code

TORUS = Lattice(3, 3, spins_per_cell=2, periodic=True)


@pytest.mark.parametrize("periodic", [False, True])
def test_bonds_of_the_ising_model_are_the_pairs_at_distance_one(periodic):
    apart = distances(Lattice(4, 3, periodic=periodic), on_edges=False)
    pairs = {tuple(sorted(pair)) for pair in tfim.bonds((4, 3), periodic=periodic).tolist()}
    assert {tuple(pair) for pair in np.argwhere(np.triu(apart == 1.0)).tolist()} == pairs


def test_distances_on_the_open_lattice_are_plain():
    lattice = Lattice(4, 3)
    place = positions(lattice, on_edges=False)
    assert place[5].tolist() == [1.0, 2.0]
    apart = distances(lattice, on_edges=False)
    assert apart[0, 11] == pytest.approx(np.hypot(3, 2))
    assert distances(Lattice(4, 3, periodic=True), on_edges=False)[0, 11] == pytest.approx(np.hypot(1, 1))


def test_edges_of_a_star_or_plaquette_are_its_midpoints():
    apart = distances(TORUS, on_edges=True)
    for group in (*toric_code.stars(3), *toric_code.plaquettes(3)):
        block = apart[np.ix_(group, group)]
        assert sorted(block[np.triu_indices(4, 1)]) == pytest.approx([0.5**0.5] * 4 + [1.0] * 2)


@pytest.mark.parametrize("lattice", [TORUS, Lattice(4, 3, periodic=True)])
def test_translations_are_a_group_that_keeps_distances(lattice):
    moves = translations(lattice)
    assert moves.shape == (lattice.length * lattice.width, lattice.n_sites)
    assert moves[0].tolist() == list(range(lattice.n_sites))
    rows = {tuple(row) for row in moves.tolist()}
    assert len(rows) == len(moves)
    assert all(tuple(a[b]) in rows for a in moves for b in moves)
    apart = distances(lattice, on_edges=lattice.spins_per_cell == 2)
    for row in moves:
        np.testing.assert_allclose(apart[np.ix_(row, row)], apart)


def test_translations_move_cells_by_their_number():
    # Number x M + y moves cell (0, 0) to (x, y).
    moves = translations(Lattice(4, 3, periodic=True))
    assert moves[:, 0].tolist() == list(range(12))
    squares = {frozenset(square) for square in toric_code.plaquettes(3).tolist()}
    for row in translations(TORUS):
        assert {frozenset(row[list(square)].tolist()) for square in squares} == squares


def test_an_open_lattice_has_the_identity_alone():
    assert translations(Lattice(2, 3)).tolist() == [list(range(6))]
