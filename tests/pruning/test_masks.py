from collections import Counter
from itertools import combinations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sparse_nqs.config import active_counts
from sparse_nqs.pruning import (
    Group,
    Protocol,
    apply_masks,
    build_protocol,
    full_masks,
    n_active,
    prune,
    random_twin,
)
from sparse_nqs.pruning.masks import removal_count

KEY = jax.random.key(0)
RATIOS = st.floats(min_value=1e-3, max_value=0.95)
DENSITIES, SEEDS = st.floats(0.1, 1.0), st.integers(0, 2**32 - 1)
# Two thresholds: one over a convolution and a bias-like vector, one for a kernel of its own.
TWO_GROUPS = Protocol((Group(("blocks", "tail"), 0.3), Group(("embedding",), 0.1)), "magnitude")
SHAPES = {"blocks": (3, 4, 2), "tail": (7,), "embedding": (5, 4), "norm": (2,)}


def random_params(seed, shapes):
    generator = np.random.default_rng(seed)
    return {name: generator.normal(size=shape) for name, shape in shapes.items()}


def check_one_pruning(protocol, shape, density, seed):
    generator = np.random.default_rng(seed)
    weights = generator.normal(size=shape)
    mask = generator.random(shape) < density
    n = int(mask.sum())
    count = max(1, int(np.rint(protocol.groups[0].ratio * n)))
    if count >= n:
        with pytest.raises(ValueError, match="allowed is to leave at least one"):
            prune(protocol, {"kernel": weights}, {"kernel": mask}, jax.random.key(seed))
        return
    before = mask.copy()
    child = prune(protocol, {"kernel": weights}, {"kernel": mask}, jax.random.key(seed))["kernel"]
    assert child.shape == shape
    assert child.dtype == bool
    assert child.sum() == n - count
    assert not (child & ~mask).any()
    np.testing.assert_array_equal(mask, before)
    if protocol.score == "magnitude":
        assert np.abs(weights[mask & ~child]).max() <= np.abs(weights[child]).min()


@given(shape=st.tuples(st.integers(1, 12), st.integers(1, 12)), ratio=RATIOS, density=DENSITIES, seed=SEEDS)
@settings(deadline=None, max_examples=80)
def test_exactly_the_stated_number_of_small_weights_goes(shape, ratio, density, seed):
    check_one_pruning(build_protocol("layerwise", ("kernel",), ratio), shape, density, seed)


# Few shapes, because random scores are compiled for each.
@given(shape=st.sampled_from([(1, 2), (4, 5), (3, 3, 1, 4)]), ratio=RATIOS, density=DENSITIES, seed=SEEDS)
@settings(deadline=None, max_examples=40)
def test_exactly_the_stated_number_of_random_weights_goes(shape, ratio, density, seed):
    check_one_pruning(build_protocol("random_layerwise", ("kernel",), ratio), shape, density, seed)


@given(n=st.integers(2, 300), ratio=RATIOS, rounds=st.integers(1, 12))
@settings(deadline=None, max_examples=60)
def test_the_config_foretells_the_counts(n, ratio, rounds):
    try:
        expected = active_counts(n, ratio, rounds)
    except ValueError:
        expected = None
    assert removal_count(n, ratio) == max(1, round(ratio * n))
    protocol = build_protocol("layerwise", ("kernel",), ratio)
    params = {"kernel": np.arange(n, dtype=float)}
    masks, counts = full_masks({"kernel": (n,)}, ("kernel",)), [n]
    try:
        for _ in range(rounds):
            masks = prune(protocol, params, masks, KEY)
            counts.append(n_active(masks))
    except ValueError:
        assert expected is None
    else:
        assert tuple(counts) == expected


# The n of the paper's figures: FFNN with alpha = 4 on the 3 x 3 toric code, and a CNN of four 3 x 3 filters.
@pytest.mark.parametrize(
    ("shape", "ratio", "published"),
    [
        ((18, 72), 0.12, [1296, 1140, 1003, 883, 777, 684, 602, 530, 466, 410, 361]),
        ((3, 3, 1, 4), 0.05, [36, 34, 32, 30]),
    ],
)
@pytest.mark.parametrize("protocol_name", ["layerwise", "random_layerwise"])
def test_published_sequences(shape, ratio, published, protocol_name):
    protocol = build_protocol(protocol_name, ("kernel",), ratio)
    params = random_params(0, {"kernel": shape})
    masks = full_masks({"kernel": shape}, ("kernel",))
    counts = [n_active(masks)]
    for k in range(1, len(published)):
        masks = prune(protocol, params, masks, jax.random.fold_in(KEY, k))
        counts.append(n_active(masks))
    assert counts == published
    assert active_counts(published[0], ratio, len(published) - 1) == tuple(published)


def test_ties_go_by_index():
    weights = np.array([[1.0, -1.0, 2.0], [1.0, 2.0, -1.0]])
    mask = np.array([[True, True, True], [False, True, True]])
    child = prune(build_protocol("layerwise", ("kernel",), 0.4), {"kernel": weights}, {"kernel": mask}, KEY)[
        "kernel"
    ]
    np.testing.assert_array_equal(child, [[False, False, True], [False, True, True]])


def test_a_weight_that_is_zero_by_chance_is_not_yet_pruned():
    weights = np.array([0.0, 0.0, 3.0, -0.0, 1.0, 2.0])
    mask = np.array([False, True, True, True, True, True])
    params, masks = {"kernel": weights}, {"kernel": mask}
    assert n_active(masks) == 5
    # rint(0.2 * 5) = 1: one zero goes, the other stays although it is as small as a pruned weight.
    child = prune(build_protocol("layerwise", ("kernel",), 0.2), params, masks, KEY)
    np.testing.assert_array_equal(child["kernel"], [False, False, True, True, True, True])
    grandchild = prune(build_protocol("layerwise", ("kernel",), 0.2), params, child, KEY)
    np.testing.assert_array_equal(grandchild["kernel"], [False, False, True, False, True, True])


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_values_that_are_not_finite_neither_save_nor_replace_a_removal(value):
    weights = np.array([0.5, value, value, 1.0, value])
    mask = np.array([False, True, True, True, True])
    child = prune(build_protocol("layerwise", ("kernel",), 0.5), {"kernel": weights}, {"kernel": mask}, KEY)
    np.testing.assert_array_equal(child["kernel"], [False, False, True, False, True])


def test_pruned_weights_become_plain_zeros_whatever_they_were():
    value = jnp.array([np.nan, -0.0, -2.0, np.inf, -0.0, 5.0, np.nan])
    mask = np.array([False, False, False, False, True, True, True])
    other = jnp.array([np.nan, -0.0])
    applied = apply_masks({"kernel": value, "norm": other}, {"kernel": mask})
    kernel = np.asarray(applied["kernel"])
    np.testing.assert_array_equal(kernel, [0.0, 0.0, 0.0, 0.0, 0.0, 5.0, np.nan])
    # Survivors keep every bit, the sign of a zero too.
    np.testing.assert_array_equal(np.signbit(kernel[:6]), [False, False, False, False, True, False])
    assert applied["norm"] is other
    assert kernel.dtype == np.float64


def test_groups_have_a_threshold_each():
    params = random_params(3, SHAPES)
    masks = full_masks(SHAPES, ("blocks", "tail", "embedding"))
    child = prune(TWO_GROUPS, params, masks, KEY)
    assert set(child) == {"blocks", "tail", "embedding"}
    together = np.concatenate([np.abs(params[name]).ravel() for name in ("blocks", "tail")])
    threshold = np.sort(together)[round(0.3 * 31)]
    for name in ("blocks", "tail"):
        np.testing.assert_array_equal(child[name], np.abs(params[name]) >= threshold)
    threshold = np.sort(np.abs(params["embedding"]).ravel())[2]
    np.testing.assert_array_equal(child["embedding"], np.abs(params["embedding"]) >= threshold)


def test_a_tensor_may_lose_all_its_weights_if_its_group_does_not():
    params = {"blocks": np.ones((3, 4, 2)), "tail": np.full(7, 0.1), "embedding": np.ones((5, 4))}
    child = prune(TWO_GROUPS, params, full_masks(SHAPES, ("blocks", "tail", "embedding")), KEY)
    assert not child["tail"].any()
    assert child["blocks"].sum() == 22


def test_ties_across_tensors_go_by_the_order_of_the_group():
    params = {"a": np.ones(2), "b": np.ones(3)}
    masks = {"a": np.ones(2, dtype=bool), "b": np.ones(3, dtype=bool)}
    child = prune(Protocol((Group(("b", "a"), 0.8),), "magnitude"), params, masks, KEY)
    assert child["a"].tolist() == [False, True]
    assert child["b"].tolist() == [False, False, False]


def test_random_pruning_depends_on_the_key_and_not_on_the_weights():
    protocol = TWO_GROUPS._replace(score="random")
    masks = full_masks(SHAPES, ("blocks", "tail", "embedding"))
    child, again = (prune(protocol, random_params(seed, SHAPES), masks, KEY) for seed in (0, 1))
    other = prune(protocol, random_params(0, SHAPES), masks, jax.random.key(1))
    for name in masks:
        np.testing.assert_array_equal(child[name], again[name])
    assert any((child[name] != other[name]).any() for name in masks)
    assert child["blocks"].sum() + child["tail"].sum() == 31 - 9
    assert child["embedding"].sum() == 18


@pytest.mark.parametrize("remaining", [0, 1])
def test_the_last_weight_stays(remaining):
    mask = np.arange(4) < remaining
    with pytest.raises(
        ValueError, match=rf"pruning kernel: {remaining} weights remain and 1 would go; allowed"
    ):
        prune(build_protocol("layerwise", ("kernel",), 0.3), {"kernel": np.ones(4)}, {"kernel": mask}, KEY)


def test_the_error_names_the_tensors_of_the_group():
    masks = full_masks({"a": (1,), "b": (1,)}, ("a", "b"))
    protocol = Protocol((Group(("a", "b"), 0.9),), "magnitude")
    with pytest.raises(ValueError, match="pruning a, b: 2 weights remain and 2 would go"):
        prune(protocol, {"a": np.ones(1), "b": np.ones(1)}, masks, KEY)


def test_a_random_twin_has_the_counts_of_every_group():
    params = random_params(5, SHAPES)
    masks = full_masks(SHAPES, ("blocks", "tail", "embedding"))
    for _ in range(4):
        masks = prune(TWO_GROUPS, params, masks, KEY)
    twins = [random_twin(TWO_GROUPS, masks, jax.random.key(seed)) for seed in range(20)]
    for twin in twins:
        assert twin["blocks"].sum() + twin["tail"].sum() == masks["blocks"].sum() + masks["tail"].sum()
        assert twin["embedding"].sum() == masks["embedding"].sum()
        assert {name: mask.shape for name, mask in twin.items()} == {name: SHAPES[name] for name in masks}
    # The group's weights move freely between its tensors.
    assert len({int(twin["tail"].sum()) for twin in twins}) > 1
    assert len({b"".join(mask.tobytes() for mask in twin.values()) for twin in twins}) == len(twins)


def test_groups_of_equal_size_get_different_twins():
    masks = {name: np.arange(40) < 20 for name in ("a", "b")}
    twin = random_twin(build_protocol("layerwise", ("a", "b"), 0.1), masks, KEY)
    assert (twin["a"] != twin["b"]).any()


@pytest.mark.parametrize("how", ["twin", "pruning"])
def test_every_random_mask_is_equally_likely(how):
    start = np.ones(6, dtype=bool)
    if how == "twin":
        protocol = build_protocol("layerwise", ("kernel",), 0.5)
        masks = {"kernel": np.arange(6) < 3}

        def draw(key):
            return random_twin(protocol, masks, key)["kernel"]
    else:
        protocol = build_protocol("random_layerwise", ("kernel",), 0.5)

        def draw(key):
            return prune(protocol, {"kernel": np.arange(6.0)}, {"kernel": start}, key)["kernel"]

    drawn = Counter(
        tuple(np.flatnonzero(draw(key)).tolist()) for key in jax.random.split(jax.random.key(11), 800)
    )
    counts = [drawn.pop(subset, 0) for subset in combinations(range(6), 3)]
    assert not drawn
    assert stats.chisquare(counts).pvalue > 1e-3
