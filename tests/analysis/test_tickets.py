import numpy as np
import pytest
from scipy.stats import hypergeom

from sparse_nqs.analysis import geometry, plaquette_network, tickets
from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.hamiltonians.toric_code import plaquettes, stars


def columns(n_sites, *units):
    """A kernel from the weights of each unit by spin."""
    kernel = np.zeros((n_sites, len(units)))
    for number, unit in enumerate(units):
        for site, weight in unit.items():
            kernel[site, number] = weight
    return kernel


SQUARE, OTHER = plaquettes(3)[0].tolist(), plaquettes(3)[8].tolist()
MADE_UP = columns(
    18,
    dict(zip(SQUARE, (1.0, 1.0, 1.0, -1.0), strict=True)),  # odd
    dict(zip(SQUARE, (0.5, 2.0, 1.0, -3.0), strict=True)),  # odd, of the same pattern
    dict(zip(SQUARE, (1.0, -1.0, 1.0, -1.0), strict=True)),  # even
    {},
    dict(zip(OTHER, (-1.0, -1.0, -1.0, 1.0), strict=True)),  # odd, across the border
    dict(zip(OTHER[:3], (1.0, 1.0, -1.0), strict=True)),  # an edge is missing
    dict(zip([*SQUARE, OTHER[0]], (1.0, 1.0, 1.0, -1.0, 0.1), strict=True)),  # one too many
    dict(zip(stars(3)[4].tolist(), (1.0, 1.0, 1.0, -1.0), strict=True)),  # a star is none
)


def test_live_units():
    units = tickets.live_units(MADE_UP != 0, MADE_UP)
    assert units.number.tolist() == [0, 1, 2, 4, 5, 6, 7]
    assert units.degree.tolist() == [4, 4, 4, 4, 3, 5, 4]
    assert units.negative.tolist() == [1, 1, 2, 3, 1, 1, 1]
    assert units.odd.tolist() == [True, True, False, True, True, True, True]


def test_a_pruned_weight_has_no_sign_and_a_zero_one_survives():
    kernel = np.array([[-1.0, 0.0], [-1.0, 1.0]])
    mask = np.array([[False, True], [True, True]])
    units = tickets.live_units(mask, kernel)
    assert (units.degree.tolist(), units.negative.tolist()) == ([1, 2], [1, 0])


def test_plaquettes_of_units():
    assert tickets.plaquette_of_units(MADE_UP != 0, 3).tolist() == [0, 0, 0, -1, 8, -1, -1, -1]
    found = tickets.count_plaquettes(MADE_UP != 0, MADE_UP, 3)
    assert found == tickets.Plaquettes(units=4, odd_units=3, covered=2, patterns=2)


def test_the_analytic_network_is_made_of_all_odd_plaquettes():
    kernel = plaquette_network.kernel(3, 2.0, 75)
    found = tickets.count_plaquettes(kernel != 0, kernel, 3)
    assert found == tickets.Plaquettes(units=72, odd_units=72, covered=9, patterns=72)
    assert tickets.count_plaquettes(kernel != 0, np.abs(kernel), 3).odd_units == 0


@pytest.mark.parametrize(("shape", "density"), [((9, 20), 0.3), ((18, 7), 0.9), ((16, 5), 1.0)])
def test_degrees(shape, density):
    mask = np.random.default_rng(0).random(shape) < density
    mask[:, 0] = False
    for found, axis, most in (
        (tickets.unit_degrees(mask), 0, shape[0]),
        (tickets.site_degrees(mask), 1, shape[1]),
    ):
        assert found.at.tolist() == list(range(most + 1))
        assert found.counts @ found.at == mask.sum()
        assert found.counts.sum() == shape[1 - axis]
        assert found.counts[0] == (~mask.any(axis=axis)).sum()
        expected = hypergeom(mask.size, mask.sum(), most).pmf(found.at)
        np.testing.assert_allclose(found.random, expected, atol=1e-12)
        assert found.mean == pytest.approx(mask.sum(axis=axis).mean())


def test_distances_within_units():
    lattice = Lattice(3, 3)
    apart = geometry.distances(lattice, on_edges=False)
    mask = columns(9, {0: 1.0, 1: 1.0, 4: 1.0}, {8: 1.0}, {0: 1.0, 8: 1.0}) != 0
    found = tickets.unit_distances(mask, apart)
    assert found.at == pytest.approx([1, 2**0.5, 2, 5**0.5, 8**0.5])
    # Neighbours 0-1 and 1-4, the diagonal 0-4, and 0-8.
    assert found.counts.tolist() == [2, 1, 0, 0, 1]
    assert found.fraction.tolist() == [0.5, 0.25, 0, 0, 0.25]
    # Of 36 pairs 12 are neighbours and 8 lie diagonally.
    assert found.random * 36 == pytest.approx([12, 8, 6, 8, 2])


def test_plaquettes_have_the_distances_of_a_square():
    lattice = Lattice(3, 3, spins_per_cell=2, periodic=True)
    mask = plaquette_network.kernel(3, 1.0) != 0
    found = tickets.unit_distances(mask, geometry.distances(lattice, on_edges=True))
    counts = dict(zip(found.at.round(3).tolist(), found.counts.tolist(), strict=True))
    assert (counts.pop(0.707), counts.pop(1.0)) == (4 * 72, 2 * 72)
    assert set(counts.values()) == {0}


def test_a_mask_that_joins_nothing_has_no_mean_distance():
    found = tickets.unit_distances(np.eye(4, dtype=bool), geometry.distances(Lattice(2, 2), on_edges=False))
    assert np.isnan(found.mean) and not found.fraction.any()
