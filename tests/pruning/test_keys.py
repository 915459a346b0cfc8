import itertools

import jax
import numpy as np
import pytest

from sparse_nqs.members.loading import names
from sparse_nqs.pruning import procedure_key
from sparse_nqs.pruning.keys import PURPOSES, procedure_number

PROCEDURES = ("init", *names("procedures"))


def words(key):
    return tuple(np.asarray(jax.random.key_data(key)).tolist())


def test_no_two_purposes_share_a_key():
    asked = list(itertools.product((0, 1, 7), PROCEDURES, (0, 1, 2, 30), PURPOSES))
    assert len({words(procedure_key(*each)) for each in asked}) == len(asked)


# What a seed means: these change only if every published seed is to mean something else.
@pytest.mark.parametrize(
    ("asked", "data"),
    [
        ((0, "init", 0, "weights"), (683029726, 1624662641)),
        ((0, "dense", 0, "training"), (3372365596, 3550597551)),
        ((1, "imp_wr", 3, "masks"), (2581329304, 2702974789)),
        ((7, "t_init_rand", 12, "sampling"), (1755983255, 2788710486)),
        ((123456789, "t_rand_imp", 1, "weights"), (921439989, 3397257004)),
        ((2, "t_init_imp", 4, "training"), (1496089323, 2599223343)),
        ((0, "imp_ct", 1, "training"), (133000810, 2535343577)),
        ((3, "irp_wr", 2, "masks"), (2916022931, 1103241242)),
        ((5, "t_rand_rand", 7, "weights"), (3639662010, 3821312553)),
        ((1, "t_init_shuffled", 4, "masks"), (2245559171, 372955860)),
    ],
)
def test_a_seed_keeps_its_meaning(asked, data):
    assert words(procedure_key(*asked)) == data


def test_every_draw_has_a_key_of_its_own_and_the_first_is_the_usual_one():
    asked = (5, "t_rand_imp", 7, "weights")
    draws = [words(procedure_key(*asked, draw)) for draw in range(4)]
    assert draws[0] == words(procedure_key(*asked))
    assert len(set(draws)) == 4


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="unknown procedure 'imp_xx'; allowed are dense, imp_ct"):
        procedure_key(0, "imp_xx", 0, "weights")
    with pytest.raises(KeyError, match="moves"):
        procedure_key(0, "dense", 0, "moves")


def test_no_two_procedures_share_a_number():
    assert len({procedure_number(name) for name in PROCEDURES}) == len(PROCEDURES)
