from itertools import permutations

import numpy as np
import pytest

from sparse_nqs.analysis import geometry, plaquette_network
from sparse_nqs.analysis.overlap import overlap, random_overlap, same_degrees
from sparse_nqs.hamiltonians import Lattice

TORUS = Lattice(3, 3, spins_per_cell=2, periodic=True)


def random_mask(shape, density, seed):
    return np.random.default_rng(seed).random(shape) < density


@pytest.mark.parametrize("density", [0.1, 0.4, 0.8])
def test_it_is_the_best_of_all_permutations(density):
    a, b = random_mask((8, 5), density, 1), random_mask((8, 5), density, 2)
    best = max((a & b[:, list(order)]).sum() for order in permutations(range(5)))
    assert overlap(a, b).value == pytest.approx(2 * best / (a.sum() + b.sum()))


@pytest.mark.parametrize("density", [0.1, 0.4, 0.8])
def test_a_mask_renamed_and_moved_is_the_same(density):
    a = random_mask((18, 30), density, 3)
    moves = geometry.translations(TORUS)
    for number in (0, 4, 7):
        moved = np.empty_like(a)
        moved[np.argsort(moves[number])] = a  # the inverse of the translation
        b = moved[:, np.random.default_rng(0).permutation(30)]
        found = overlap(a, b, moves)
        assert found == (1.0, number)
        assert overlap(a, b).value <= 1.0


def test_translations_are_tried_in_any_order_and_the_best_counts():
    a, b = random_mask((18, 12), 0.2, 4), random_mask((18, 12), 0.2, 5)
    moves = geometry.translations(TORUS)
    each = [overlap(a, b, row[None]).value for row in moves]
    found = overlap(a, b, moves)
    assert found.value == max(each) == each[found.translation]


def test_widths_may_differ_and_dead_units_do_not_count():
    a = random_mask((6, 4), 0.5, 6)
    wide = np.concatenate([a, np.zeros((6, 3), dtype=bool)], axis=1)
    assert overlap(a, wide).value == overlap(wide, a).value == 1.0
    assert overlap(a, np.zeros((6, 2), dtype=bool)).value == 0.0
    assert overlap(np.zeros((6, 1), dtype=bool), np.zeros((6, 2), dtype=bool)).value == 1.0


@pytest.mark.parametrize("density", [0.1, 0.3, 0.7, 1.0])
def test_random_masks_keep_all_degrees(density):
    mask = random_mask((10, 15), density, 7)
    twin = same_degrees(mask, np.random.default_rng(0))
    assert twin.dtype == bool
    np.testing.assert_array_equal(twin.sum(axis=0), mask.sum(axis=0))
    np.testing.assert_array_equal(twin.sum(axis=1), mask.sum(axis=1))
    assert (twin == mask).all() == (density == 1.0)


def test_random_masks_are_uniform_over_those_of_the_same_degrees():
    # All 3 x 3 masks with two weights in every row and column: as many as permutations of three, 6.
    mask = ~np.eye(3, dtype=bool)
    rng = np.random.default_rng(1)
    draws = 300
    counts: dict[bytes, int] = {}
    for _ in range(draws):
        key = same_degrees(mask, rng).tobytes()
        counts[key] = counts.get(key, 0) + 1
    assert len(counts) == 6
    chi_square = sum((count - draws / 6) ** 2 / (draws / 6) for count in counts.values())
    assert chi_square < 20.5  # 0.1 % of five degrees of freedom


def test_structure_is_more_than_chance_and_random_masks_are_chance():
    analytic = plaquette_network.kernel(3, 1.0) != 0
    twin = same_degrees(analytic, np.random.default_rng(3))
    moves = geometry.translations(TORUS)
    rng = np.random.default_rng(0)
    expected = random_overlap(analytic, analytic, rng, moves)
    assert 0.3 < expected.mean < 0.8 and 0 < expected.deviation < 0.05
    assert overlap(analytic, analytic, moves).value == 1.0
    other = same_degrees(analytic, np.random.default_rng(4))
    assert abs(overlap(twin, other, moves).value - expected.mean) < 4 * expected.deviation


def test_draws_follow_the_generator_and_keep_what_is_fixed():
    a, b = random_mask((9, 20), 0.3, 8), random_mask((9, 20), 0.3, 9)
    one, two = (random_overlap(a, b, np.random.default_rng(5), draws=4) for _ in range(2))
    assert one == two
    full = np.ones((9, 20), dtype=bool)
    # Whatever b becomes, it lies within the full mask.
    fixed = random_overlap(full, b, np.random.default_rng(5), fixed=True, draws=4)
    assert fixed.mean == pytest.approx(2 * b.sum() / (180 + b.sum()))
    assert fixed.deviation == pytest.approx(0.0, abs=1e-12)
