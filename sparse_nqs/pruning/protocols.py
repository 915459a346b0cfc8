"""Protocols by name: groups of tensors that share one threshold, a ratio for each, and a score."""

from collections.abc import Callable
from typing import NamedTuple


class Group(NamedTuple):
    """Tensors pruned together: the fraction `ratio` of what remains in all of them goes at every round."""

    tensors: tuple[str, ...]
    ratio: float


class Protocol(NamedTuple):
    """What goes at a pruning.

    Attributes:
        groups: disjoint groups of prunable tensors.
        score: "magnitude" (the smallest |weight| goes first) or "random" (uniform among the remaining ones).
    """

    groups: tuple[Group, ...]
    score: str


def _layerwise(tensors: tuple[str, ...], ratio: float) -> tuple[Group, ...]:
    return tuple(Group((name,), ratio) for name in tensors)


PROTOCOLS: dict[str, tuple[Callable[[tuple[str, ...], float], tuple[Group, ...]], str]] = {
    "layerwise": (_layerwise, "magnitude"),
    "random_layerwise": (_layerwise, "random"),
}


def build_protocol(name: str, tensors: tuple[str, ...], ratio: float) -> Protocol:
    """The protocol of this name for a network's prunable tensors.

    Raises:
        ValueError: if there is no protocol of this name.
    """
    if name not in PROTOCOLS:
        raise ValueError(f"unknown pruning protocol {name!r}; allowed are {', '.join(PROTOCOLS)}")
    groups, score = PROTOCOLS[name]
    return Protocol(groups(tensors, ratio), score)
