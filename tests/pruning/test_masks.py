from collections import Counter
from itertools import combinations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sparse_nqs.groups import active_counts, removal_count
from sparse_nqs.members.loading import names
from sparse_nqs.members.protocols import protocols
from sparse_nqs.pruning import (
    Group,
    Protocol,
    apply_masks,
    build_protocol,
    full_masks,
    n_active,
    prune,
    random_twin,
    shuffled,
)

KEY = jax.random.key(0)
RATIOS = st.floats(min_value=1e-3, max_value=0.95)
DENSITIES, SEEDS = st.floats(0.1, 1.0), st.integers(0, 2**32 - 1)
# Two thresholds: one over a convolution and a bias-like vector, one for a kernel of its own.
TWO_GROUPS = Protocol((Group(("blocks", "tail"), 0.3), Group(("embedding",), 0.1)), "magnitude")
SHAPES = {"blocks": (3, 4, 2), "tail": (7,), "embedding": (5, 4), "norm": (2,)}


RES_SHAPES = {
    **{f"block_{block}/conv{conv}/kernel": (3, 3, 2, 2) for block in (0, 1) for conv in (1, 2)},
    "embedding/kernel": (3, 3, 1, 2),
}


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


def group_count(group, masks):
    return sum(int(masks[name].sum()) for name in group.tensors)


@given(
    name=st.sampled_from(list(protocols())), ratio=st.floats(0.02, 0.5), rounds=st.integers(1, 3), seed=SEEDS
)
@settings(deadline=None, max_examples=60)
def test_every_protocol_prunes_exactly_nested_masks_in_each_group(name, ratio, rounds, seed):
    protocol = build_protocol(name, tuple(RES_SHAPES), ratio)
    masks = full_masks(RES_SHAPES, tuple(RES_SHAPES))
    counts = {
        group: active_counts(group_count(group, masks), group.ratio, rounds) for group in protocol.groups
    }
    grouped = {tensor for group in protocol.groups for tensor in group.tensors}
    for k in range(1, rounds + 1):
        params = random_params(seed + k, RES_SHAPES)
        child = prune(protocol, params, masks, jax.random.fold_in(jax.random.key(seed), k))
        for tensor, mask in child.items():
            assert not (mask & ~masks[tensor]).any()
            assert tensor in grouped or mask.all()
        for group in protocol.groups:
            assert group_count(group, child) == counts[group][k]
            gone = [np.abs(params[tensor][masks[tensor] & ~child[tensor]]) for tensor in group.tensors]
            left = [np.abs(params[tensor][child[tensor]]) for tensor in group.tensors]
            if protocol.score == "magnitude":
                assert np.concatenate(gone).max() <= np.concatenate(left).min()
        twin = random_twin(protocol, child, jax.random.key(seed))
        assert all(group_count(group, twin) == counts[group][k] for group in protocol.groups)
        assert all(twin[tensor].all() for tensor in set(masks) - grouped)
        masks = child


@given(
    name=st.sampled_from(names("partitions")),
    ratio=st.floats(0.05, 0.5),
)
@settings(deadline=None, max_examples=30)
def test_equal_weights_go_in_the_order_of_the_group(name, ratio):
    protocol = build_protocol(name, tuple(RES_SHAPES), ratio)
    ones = {tensor: np.ones(shape) for tensor, shape in RES_SHAPES.items()}
    child = prune(protocol, ones, full_masks(RES_SHAPES, tuple(RES_SHAPES)), KEY)
    for group in protocol.groups:
        flat = np.concatenate([child[tensor].ravel() for tensor in group.tensors])
        removed = removal_count(flat.size, group.ratio)
        assert not flat[:removed].any()
        assert flat[removed:].all()


def degrees(mask):
    """The sorted numbers of surviving weights along each axis, the taps of a convolution as one."""
    axes = mask.reshape(-1, *mask.shape[-2:]) if mask.ndim > 2 else mask
    others = [tuple(set(range(axes.ndim)) - {axis}) for axis in range(axes.ndim)]
    return [sorted(axes.sum(axis=other).tolist()) for other in others]


# Few shapes, because permutations are compiled for each.
@given(shape=st.sampled_from([(5,), (4, 7), (3, 3, 1, 4), (3, 3, 5, 4)]), density=DENSITIES, seed=SEEDS)
@settings(deadline=None, max_examples=60)
def test_shuffling_keeps_the_degrees(shape, density, seed):
    mask = np.random.default_rng(seed).random(shape) < density
    before = mask.copy()
    result = shuffled({"kernel": mask}, jax.random.key(seed))["kernel"]
    assert (result.shape, result.dtype) == (mask.shape, mask.dtype)
    assert degrees(result) == degrees(mask)
    np.testing.assert_array_equal(mask, before)


def test_shuffling_keeps_the_pattern_up_to_the_order_of_rows_and_columns():
    mask = np.random.default_rng(2).random((6, 9)) < 0.4
    result = shuffled({"kernel": mask}, KEY)["kernel"]
    assert (result != mask).any()
    # Overlaps of rows do not depend on the order of the columns.
    overlaps = [np.sort((each.astype(int) @ each.T).ravel()) for each in (mask, result)]
    np.testing.assert_array_equal(*overlaps)


def test_shuffling_moves_taps_and_each_tensor_by_itself():
    corner = np.zeros((3, 3, 2, 2), dtype=bool)
    corner[0, 0] = True
    masks = {"a": corner, "b": corner}
    places = set()
    for seed in range(40):
        result = shuffled(masks, jax.random.key(seed))
        places.add(tuple(tuple(np.argwhere(result[name][..., 0, 0])[0].tolist()) for name in ("a", "b")))
    assert len({a for a, _ in places}) == 9
    assert any(a != b for a, b in places)
    for name, mask in shuffled(dict(reversed(masks.items())), jax.random.key(3)).items():
        np.testing.assert_array_equal(mask, shuffled(masks, jax.random.key(3))[name])
