import jax
import numpy as np
import pytest

from sparse_nqs.config import pruning as config
from sparse_nqs.pruning import (
    CHAINS,
    ISOLATED,
    build_protocol,
    chain_start,
    full_masks,
    isolated_start,
    n_active,
    procedure_key,
    prune,
)

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


@pytest.mark.parametrize("procedure", CHAINS)
def test_chains_go_on_from_the_stated_weights(procedure):
    target, previous = (fresh_init(jax.random.key(seed)) for seed in (1, 2))
    expected = previous if procedure == "imp_ct" else target
    masks = full_masks(SHAPES, ("kernel",))
    for k in range(4):
        parent, before = masks["kernel"], n_active(masks)
        key = jax.random.fold_in(jax.random.key(3), k)
        params, masks = chain_start(procedure, previous, masks, target, PROTOCOL, key)
        kernel, survives = np.asarray(params["kernel"]), masks["kernel"]
        assert n_active(masks) == before - round(0.3 * before)
        assert not (survives & ~parent).any()
        np.testing.assert_array_equal(kernel[survives], np.asarray(expected["kernel"])[survives])
        np.testing.assert_array_equal(kernel[~survives], 0.0)
        # Tensors that are never pruned rewind, or go on, as well.
        np.testing.assert_array_equal(params["norm"], expected["norm"])
        # The trained weights choose who goes, or nothing does; the target's do not.
        trained = np.abs(np.asarray(previous["kernel"]))
        chosen = trained[survives].min() >= trained[parent & ~survives].max()
        assert chosen == (procedure != "irp_wr")


def test_magnitude_chains_part_in_their_weights_only():
    target, previous = (fresh_init(jax.random.key(seed)) for seed in (1, 2))
    masks = full_masks(SHAPES, ("kernel",))
    (_, wr), (_, ct) = (
        chain_start(procedure, previous, masks, target, PROTOCOL, jax.random.key(0))
        for procedure in ("imp_wr", "imp_ct")
    )
    np.testing.assert_array_equal(wr["kernel"], ct["kernel"])


def test_random_pruning_is_uniform_among_the_remaining_and_fresh_at_every_key():
    weights = {"kernel": np.arange(1.0, 49.0).reshape(6, 8), "norm": np.ones(3)}
    parent = {"kernel": np.arange(48).reshape(6, 8) < 12}
    removed = np.zeros(48)
    keys = jax.random.split(jax.random.key(5), 600)
    for key in keys:
        _, masks = chain_start("irp_wr", weights, parent, weights, PROTOCOL, key)
        removed += (parent["kernel"] & ~masks["kernel"]).ravel()
    # Each of the 12 goes with probability rint(0.3 * 12) / 12 = 1/3; removals of one round exclude each other.
    assert removed.sum() == 600 * 4
    assert removed[12:].sum() == 0
    spread = np.sqrt(600 * (1 / 3) * (2 / 3))
    assert np.abs(removed[:12] - 200).max() < 4 * spread


def test_random_pruning_is_by_the_groups_of_the_protocol():
    shapes = {
        "block_0/conv1/kernel": (3, 3, 1, 2),
        "block_0/conv2/kernel": (3, 3, 2, 1),
        "embedding/kernel": (9,),
    }
    weights = {name: np.ones(shape) for name, shape in shapes.items()}
    protocol = build_protocol("hybrid_global", tuple(shapes), 0.5)
    _, masks = chain_start(
        "irp_wr", weights, full_masks(shapes, tuple(shapes)), weights, protocol, jax.random.key(0)
    )
    assert masks["block_0/conv1/kernel"].sum() + masks["block_0/conv2/kernel"].sum() == 18
    assert masks["embedding/kernel"].sum() == 8


def test_imp_wr_hands_the_key_to_a_random_score():
    dense = fresh_init(jax.random.key(1))
    masks = full_masks(SHAPES, ("kernel",))
    protocol = build_protocol("random_layerwise", ("kernel",), 0.3)
    first, second = (
        chain_start("imp_wr", dense, masks, dense, protocol, jax.random.key(k))[1] for k in (0, 1)
    )
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


def test_fresh_weights_under_a_random_mask(init, imp_masks):
    params, masks = start("t_rand_rand", imp_masks, init)
    survives = masks["kernel"]
    assert n_active(masks) == n_active(imp_masks)
    assert (survives != imp_masks["kernel"]).any()
    fresh = fresh_init(procedure_key(0, "t_rand_rand", 2, "weights"))
    np.testing.assert_array_equal(params["kernel"], np.where(survives, fresh["kernel"], 0.0))
    # Neither is that of the procedures that take one of the two at random.
    assert (survives != start("t_init_rand", imp_masks, init)[1]["kernel"]).any()
    other = fresh_init(procedure_key(0, "t_rand_imp", 2, "weights"))
    assert (np.asarray(fresh["kernel"]) != np.asarray(other["kernel"])).all()


def test_init_under_the_shuffled_mask(init, imp_masks):
    params, masks = start("t_init_shuffled", imp_masks, init)
    survives = masks["kernel"]
    assert (survives != imp_masks["kernel"]).any()
    for axis in (0, 1):
        degrees, expected = (np.sort(mask.sum(axis=axis)) for mask in (survives, imp_masks["kernel"]))
        np.testing.assert_array_equal(degrees, expected)
    np.testing.assert_array_equal(params["kernel"], np.where(survives, init["kernel"], 0.0))
    np.testing.assert_array_equal(params["norm"], init["norm"])


@pytest.mark.parametrize("procedure", ISOLATED)
def test_a_start_is_a_function_of_its_arguments(procedure, init, imp_masks):
    (params, masks), (again, masks_again) = (start(procedure, imp_masks, init) for _ in range(2))
    np.testing.assert_array_equal(params["kernel"], again["kernel"])
    np.testing.assert_array_equal(masks["kernel"], masks_again["kernel"])


def test_the_procedures_of_the_paper_and_ours_in_the_order_of_legends():
    assert CHAINS == config.CHAINS == ("imp_wr", "imp_ct", "irp_wr")
    assert ISOLATED == config.ISOLATED
    assert ISOLATED == ("t_init_imp", "t_rand_imp", "t_init_rand", "t_rand_rand", "t_init_shuffled")


def test_unknown_chain_is_refused(init, imp_masks):
    with pytest.raises(ValueError, match="unknown chain procedure 'imp'; allowed are imp_wr, imp_ct, irp_wr"):
        chain_start("imp", init, imp_masks, init, PROTOCOL, jax.random.key(0))


# The words of a name choose nothing: weights "dense" are none that an isolated training could start from.
@pytest.mark.parametrize("name", ["dense", "imp_wr", "t_dense_imp", "t_init_dense"])
def test_unknown_procedure_is_refused(name, init, imp_masks):
    with pytest.raises(ValueError, match=f"unknown isolated procedure '{name}'; allowed are t_init_imp"):
        isolated_start(
            name,
            init,
            imp_masks,
            PROTOCOL,
            fresh_init=fresh_init,
            weights_key=jax.random.key(0),
            masks_key=jax.random.key(1),
        )
