"""Masks and the step from one to the next.

From a group with n remaining weights exactly k = max(1, rint(r n)) go, those of the smallest score, ties broken by
index (tensors in the group's order, entries in C order). A weight that is zero by chance is not pruned.
"""

from collections.abc import Mapping

import jax
import numpy as np

from sparse_nqs.groups import removal_count
from sparse_nqs.members.loading import load
from sparse_nqs.pruning.protocols import Protocol, PruningError
from sparse_nqs.pruning.scores import Masks, Params, ScoreContext, joined, random_scores, split


def full_masks(shapes: Mapping[str, tuple[int, ...]], prunable: tuple[str, ...]) -> Masks:
    """m_0: nothing pruned."""
    return {name: np.ones(shapes[name], dtype=bool) for name in prunable}


def apply_masks(params: Params, masks: Masks) -> dict[str, jax.Array | np.ndarray]:
    """The parameters with pruned weights exactly zero (and never negative zero or NaN).

    Args:
        params: floating-point arrays by tensor name.
        masks: bool arrays of the same shapes; a tensor without one is passed on as it is.
    """
    return {
        name: jax.numpy.where(masks[name], value, 0.0) if name in masks else value
        for name, value in params.items()
    }


def n_active(masks: Masks) -> int:
    """How many weights survive."""
    return sum(int(mask.sum()) for mask in masks.values())


def prune(protocol: Protocol, params: Params, masks: Masks, key: jax.Array) -> Masks:
    """m_(k+1) from the trained weights under m_k.

    Args:
        protocol: groups, ratios and score.
        params: trained weights by tensor name, in the shapes of the masks.
        masks: m_k, bool arrays by tensor name, all tensors of the protocol's groups among them.
        key: fresh at every round, for the score.

    Raises:
        ValueError: if there is no such score.
        PruningError: if a group has no weight left, or would lose its last one.
    """
    result = dict(masks)
    context = ScoreContext(protocol.groups, params, masks, key)
    scores = load("scores", protocol.score).scores(context)
    for group in protocol.groups:
        alive = joined(group, masks)
        remaining = int(alive.sum())
        count = removal_count(remaining, group.ratio)
        if remaining <= count:
            raise PruningError(
                f"pruning {', '.join(group.tensors)}: {remaining} weights remain and {count} would go; "
                "allowed is to leave at least one, so pruning.rounds must be fewer"
            )
        # Only survivors are ranked, so that count of them go whatever their values.
        survivors = np.flatnonzero(alive)
        order = np.argsort(joined(group, scores)[survivors], kind="stable")
        alive[survivors[order[:count]]] = False
        result.update(split(group, alive, masks))
    return result


def random_twin(protocol: Protocol, masks: Masks, key: jax.Array) -> Masks:
    """Random masks with as many surviving weights in every group of the protocol as `masks` has.

    Tensors in no group keep their masks.
    """
    result = dict(masks)
    scores = random_scores(protocol.groups, masks, key)
    for group in protocol.groups:
        alive = joined(group, masks)
        order = np.argsort(joined(group, scores), kind="stable")
        twin = np.zeros(alive.size, dtype=bool)
        twin[order[: int(alive.sum())]] = True
        result.update(split(group, twin, masks))
    return result


def shuffled(masks: Masks, key: jax.Array) -> Masks:
    """Every mask with its axes permuted, each by a random permutation of its own.

    A kernel (sites, units) has its rows and columns permuted. A convolution kernel (height, width, in, out) counts as
    (taps, in, out): its taps are permuted as one axis, so that any tap may take any place. So the numbers of
    surviving weights of all rows (columns, taps, channels) stay as a multiset. Which site or channel has which number
    is lost, also from tensor to tensor.
    """
    result = {}
    for index, name in enumerate(sorted(masks)):
        mask = masks[name]
        axes = mask.reshape(-1, *mask.shape[-2:]) if mask.ndim > 2 else mask
        for axis, size in enumerate(axes.shape):
            axis_key = jax.random.fold_in(jax.random.fold_in(key, index), axis)
            axes = axes.take(np.asarray(jax.random.permutation(axis_key, size)), axis=axis)
        result[name] = axes.reshape(mask.shape)
    return result
