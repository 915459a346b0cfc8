import jax
import numpy as np
import pytest

from sparse_nqs.pruning import (
    build_protocol,
    full_masks,
    imp_wr_start,
    isolated_start,
    n_active,
    procedure_key,
    prune,
)
from sparse_nqs.pruning.keys import PROCEDURES
from sparse_nqs.pruning.procedures import ISOLATED

SHAPES = {"kernel": (6, 8), "norm": (3,)}
PROTOCOL = build_protocol("layerwise", ("kernel",), 0.3)


def fresh_init(key):
    return {
        name: jax.random.normal(jax.random.fold_in(key, index), shape)
        for index, (name, shape) in enumerate(SHAPES.items())
    }


def start(procedure, imp_masks, init, round_index=2):
    return isolated_start(
        procedure,
        init,
        imp_masks,
        PROTOCOL,
        fresh_init=fresh_init,
        weights_key=procedure_key(0, procedure, round_index, "weights"),
        masks_key=procedure_key(0, procedure, round_index, "masks"),
    )


@pytest.fixture
def init():
    return fresh_init(procedure_key(0, "init", 0, "weights"))


@pytest.fixture
def imp_masks(init):
    masks = full_masks(SHAPES, ("kernel",))
    for _ in range(2):
        masks = prune(PROTOCOL, init, masks, jax.random.key(0))
    return masks


def test_imp_wr_rewinds_the_survivors_to_the_dense_weights():
    dense, previous = (fresh_init(jax.random.key(seed)) for seed in (1, 2))
    masks = full_masks(SHAPES, ("kernel",))
    for _ in range(4):
        before = n_active(masks)
        params, masks = imp_wr_start(previous, masks, dense, PROTOCOL, jax.random.key(3))
        kernel, survives = np.asarray(params["kernel"]), masks["kernel"]
        assert n_active(masks) == before - round(0.3 * before)
        np.testing.assert_array_equal(kernel[survives], np.asarray(dense["kernel"])[survives])
        np.testing.assert_array_equal(kernel[~survives], 0.0)
        # Tensors that are never pruned rewind as well.
        np.testing.assert_array_equal(params["norm"], dense["norm"])
        # The trained weights choose who goes, the dense ones do not.
        trained = np.abs(np.asarray(previous["kernel"]))
        assert trained[survives].min() >= trained[~survives].max()


def test_imp_wr_hands_the_key_to_a_random_score():
    dense = fresh_init(jax.random.key(1))
    masks = full_masks(SHAPES, ("kernel",))
    protocol = build_protocol("random_layerwise", ("kernel",), 0.3)
    first, second = (imp_wr_start(dense, masks, dense, protocol, jax.random.key(k))[1] for k in (0, 1))
    assert n_active(first) == n_active(second)
    assert (first["kernel"] != second["kernel"]).any()


def test_init_under_the_imp_mask(init, imp_masks):
    params, masks = start("t_init_imp", imp_masks, init)
    survives = imp_masks["kernel"]
    np.testing.assert_array_equal(masks["kernel"], survives)
    np.testing.assert_array_equal(params["kernel"], np.where(survives, init["kernel"], 0.0))
    np.testing.assert_array_equal(params["norm"], init["norm"])


def test_fresh_weights_under_the_imp_mask(init, imp_masks):
    params, masks = start("t_rand_imp", imp_masks, init)
    survives = imp_masks["kernel"]
    np.testing.assert_array_equal(masks["kernel"], survives)
    fresh = fresh_init(procedure_key(0, "t_rand_imp", 2, "weights"))
    np.testing.assert_array_equal(params["kernel"], np.where(survives, fresh["kernel"], 0.0))
    assert (np.asarray(params["kernel"])[survives] != np.asarray(init["kernel"])[survives]).all()
    later, _ = start("t_rand_imp", imp_masks, init, round_index=3)
    assert (np.asarray(later["kernel"])[survives] != np.asarray(params["kernel"])[survives]).all()


def test_init_under_a_random_mask(init, imp_masks):
    params, masks = start("t_init_rand", imp_masks, init)
    survives = masks["kernel"]
    assert n_active(masks) == n_active(imp_masks)
    assert (survives != imp_masks["kernel"]).any()
    np.testing.assert_array_equal(params["kernel"], np.where(survives, init["kernel"], 0.0))


@pytest.mark.parametrize("procedure", ISOLATED)
def test_a_start_is_a_function_of_its_arguments(procedure, init, imp_masks):
    (params, masks), (again, masks_again) = (start(procedure, imp_masks, init) for _ in range(2))
    np.testing.assert_array_equal(params["kernel"], again["kernel"])
    np.testing.assert_array_equal(masks["kernel"], masks_again["kernel"])


def test_every_isolated_procedure_has_keys():
    assert set(ISOLATED) < set(PROCEDURES)


def test_unknown_procedure_is_refused(init, imp_masks):
    with pytest.raises(ValueError, match="unknown isolated procedure 'dense'; allowed are t_init_imp"):
        start("dense", imp_masks, init)
