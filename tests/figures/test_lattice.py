import numpy as np
import pandas as pd
import pytest

from sparse_nqs.figures import lattice
from sparse_nqs.hamiltonians.toric_code import plaquettes, stars

from . import synthetic


@pytest.mark.parametrize("length", [2, 3, 4])
def test_extended_cell_has_every_edge_and_the_border_twice(length):
    segments, edges, repeated = lattice.edge_segments(length)
    assert len(segments) == 2 * length * (length + 1)
    assert sorted(edges[~repeated]) == list(range(2 * length**2))
    assert repeated.sum() == 2 * length
    # A repetition is its original moved by a period.
    for segment, number in zip(segments[repeated], edges[repeated], strict=True):
        (original,) = segments[~repeated & (edges == number)]
        shift = segment - original
        assert sorted(shift[0]) == [0, length] and (shift[0] == shift[1]).all()


@pytest.mark.parametrize("length", [2, 3, 4])
def test_every_plaquette_is_a_square_at_its_corner(length):
    segments, edges, _ = lattice.edge_segments(length)
    for number, sites in enumerate(plaquettes(length)):
        leading = lattice.leading_copies(segments, edges, sites)
        assert leading.sum() == 4
        corner = np.array(lattice.plaquette_corner(number, length))
        midpoints = {tuple(point) for point in (segments[leading].mean(axis=1) - corner).tolist()}
        assert midpoints == {(0.5, 0.0), (0.5, 1.0), (0.0, 0.5), (1.0, 0.5)}


def test_every_edge_has_one_leading_copy():
    segments, edges, _ = lattice.edge_segments(3)
    for sites in (np.arange(18), stars(3)[0], np.array([7]), np.array([0, 1])):
        leading = lattice.leading_copies(segments, edges, sites)
        assert sorted(edges[leading]) == sorted(sites.tolist())


def test_units_are_recognised_and_ordered():
    squares = plaquettes(3).tolist()
    found = lattice.units(
        synthetic.weights_table(
            "study",
            [
                (squares[4][:3], [1.0, 1.0, 1.0]),
                (squares[4], [1.0, 1.0, 1.0, 1.0]),
                (squares[4], [1.0, -1.0, 1.0, 1.0]),
                (squares[0][::-1], [-1.0, -1.0, -1.0, 2.0]),
                ([*squares[2], 17], [1.0, 1.0, 1.0, 1.0, -1.0]),
            ],
            model="toric_code",
            length=3,
        ),
        toric_length=3,
    )
    assert [unit.number for unit in found] == [3, 2, 1, 4, 0]
    assert [unit.plaquette for unit in found] == [0, 4, 4, None, None]
    assert [unit.odd for unit in found] == [True, True, False, True, False]


def test_sites_and_weights_stay_together():
    rows = pd.DataFrame({"unit": [3, 3, 3], "site": [5, 1, 2], "weight": [0.5, 0.1, -0.2]})
    (unit,) = lattice.units(rows, toric_length=None)
    assert unit.sites.tolist() == [1, 2, 5] and unit.weights.tolist() == [0.1, -0.2, 0.5]
    assert unit.plaquette is None
