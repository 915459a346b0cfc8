"""Scores: what decides which weights of a group go. Each is a file of `members.scores`."""

from collections.abc import Mapping
from typing import NamedTuple

import jax
import numpy as np

from sparse_nqs.groups import Group

Masks = dict[str, np.ndarray]
Params = Mapping[str, jax.Array | np.ndarray]
Scores = dict[str, np.ndarray]


class ScoreContext(NamedTuple):
    """What a score may look at. What a score to come needs besides is a new field with a default.

    Attributes:
        groups: whose tensors want scores.
        weights: the trained weights under the masks, by tensor name.
        masks: m_k, bool arrays by tensor name.
        key: fresh at every round.
    """

    groups: tuple[Group, ...]
    weights: Params
    masks: Masks
    key: jax.Array


def random_scores(groups: tuple[Group, ...], masks: Masks, key: jax.Array) -> Scores:
    """Uniform numbers between 0 and 1 for all entries of the groups' tensors, float64."""
    scores: Scores = {}
    for index, group in enumerate(groups):
        size = sum(masks[name].size for name in group.tensors)
        # float64: with float32 ties, which the index would break, are frequent.
        drawn = jax.random.uniform(jax.random.fold_in(key, index), (size,), dtype=jax.numpy.float64)
        scores.update(split(group, np.asarray(drawn), masks))
    return scores


def joined(group: Group, arrays: Params) -> np.ndarray:
    """The entries of all tensors of a group: tensors in the group's order, entries in C order."""
    return np.concatenate([np.asarray(arrays[name]).ravel() for name in group.tensors])


def split(group: Group, flat: np.ndarray, masks: Masks) -> dict[str, np.ndarray]:
    """What `joined` joins, in the shapes of the masks."""
    ends = np.cumsum([masks[name].size for name in group.tensors])[:-1]
    return {
        name: part.reshape(masks[name].shape)
        for name, part in zip(group.tensors, np.split(flat, ends), strict=True)
    }
