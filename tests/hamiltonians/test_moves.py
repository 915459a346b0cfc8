import numpy as np
import pytest

from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians.moves import gf2_rank, mix_moves, sets_of

FAMILIES = {"pairs": sets_of([[0, 1], [1, 2]], 3), "global": np.ones((1, 3), dtype=bool)}


def sites_of(moves):
    return [tuple(np.flatnonzero(row)) for row in moves]


SINGLES, PAIRS, GLOBAL = [(0,), (1,), (2,)], [(0, 1), (1, 2)], [(0, 1, 2)]


@pytest.mark.parametrize(
    ("mix", "expected"),
    [
        (None, SINGLES + PAIRS + GLOBAL),
        ({}, SINGLES + PAIRS + GLOBAL),
        ({"single": 1, "cluster": 1}, SINGLES + PAIRS + GLOBAL),
        ({"single": 2}, SINGLES + SINGLES + PAIRS + GLOBAL),
        ({"cluster": 0}, SINGLES),
        ({"single": 0, "cluster": 2}, PAIRS + PAIRS + GLOBAL + GLOBAL),
        ({"cluster": 3, "pairs": 1, "global": 0}, SINGLES + PAIRS),
    ],
)
def test_how_often_each_family_is_proposed(mix, expected):
    moves = mix_moves(FAMILIES, 3, mix)
    assert (moves.dtype, sites_of(moves)) == (bool, expected)


def test_without_families_single_flips_remain():
    np.testing.assert_array_equal(mix_moves({}, 4), np.eye(4, dtype=bool))
    empty = {"flips": np.zeros((0, 4), dtype=bool)}
    np.testing.assert_array_equal(mix_moves(empty, 4, {"flips": 2}), np.eye(4, dtype=bool))


def test_a_family_that_is_not_there_is_refused():
    with pytest.raises(WorkError, match="no moves named 'stars'; allowed are single, cluster, pairs, global"):
        mix_moves(FAMILIES, 3, {"stars": 1})


@pytest.mark.parametrize(
    ("mix", "reached"),
    [({"single": 0, "cluster": 0}, 0), ({"single": 0, "pairs": 0}, 1), ({"single": 0, "global": 0}, 2)],
)
def test_moves_that_do_not_reach_all_configurations_are_refused(mix, reached):
    with pytest.raises(WorkError, match=rf"reach 2\^{reached} configurations from each; .* all 2\^3"):
        mix_moves(FAMILIES, 3, mix)


@pytest.mark.parametrize("n_sites", [1, 4, 9])
def test_the_rank_counts_the_configurations_within_reach(n_sites):
    generator = np.random.default_rng(n_sites)
    for n_sets in (0, 1, 3, 6, 9):
        sets = generator.random((n_sets, n_sites)) < 0.3
        numbers = sets @ (1 << np.arange(n_sites))
        reached = {0}
        for number in numbers.tolist():
            reached |= {configuration ^ number for configuration in reached}
        assert len(reached) == 2 ** gf2_rank(sets)
