"""Pruning protocols: a partition of the prunable tensors into groups with a ratio each, and a score.

At every round a group loses the stated fraction of all its remaining weights, those of the smallest score; a tensor
in no group keeps its weights. Every protocol has a random twin, with the same groups and a random score; its name
has `random` before the last word. A leaf: config checks studies with it, pruning acts on it; it imports nothing.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

EMBEDDING = "embedding/kernel"
_BLOCK_CONVOLUTION = re.compile(r"(block_\d+)/conv[12]/kernel")
_BLOCKS_WORDS = "block_<i>/conv1/kernel and block_<i>/conv2/kernel"

Tensors = tuple[str, ...]


class Group(NamedTuple):
    """Tensors pruned together: the fraction `ratio` of what remains in all of them goes at every round."""

    tensors: Tensors
    ratio: float


def _refuse_tensors(tensors: Tensors, missing: str) -> None:
    raise ValueError(
        f"must fit the network, whose prunable tensors are {', '.join(tensors) or 'none'}: it prunes {missing}"
    )


def _blocks(tensors: Tensors) -> Tensors:
    """The convolutions of the residual blocks."""
    found = tuple(name for name in tensors if _BLOCK_CONVOLUTION.fullmatch(name))
    if not found:
        _refuse_tensors(tensors, _BLOCKS_WORDS)
    return found


def _embedding(tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    if EMBEDDING not in tensors:
        _refuse_tensors(tensors, EMBEDDING)
    return (Group((EMBEDDING,), ratio),)


def _each(tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    return tuple(Group((name,), ratio) for name in tensors)


def _each_convolution(tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    return _each(_blocks(tensors), ratio)


def _each_block(tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    blocks: dict[str, list[str]] = {}
    for name in _blocks(tensors):
        blocks.setdefault(name.split("/")[0], []).append(name)
    return tuple(Group(tuple(names), ratio) for names in blocks.values())


def _all_blocks(tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    return (Group(_blocks(tensors), ratio),)


def _blocks_and_embedding(tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    return _all_blocks(tensors, ratio) + _embedding(tensors, ratio / 10)


_PARTITIONS: dict[str, Callable[[Tensors, float], tuple[Group, ...]]] = {
    "layerwise": _each,
    "res_blocks_global": _all_blocks,
    "embedding_layerwise": _embedding,
    "res_layers_layerwise": _each_convolution,
    "res_blocks_layerwise": _each_block,
    "hybrid_global": _blocks_and_embedding,
}


def _twin(name: str) -> str:
    *words, last = name.split("_")
    return "_".join([*words, "random", last])


# Name: the partition, and the score.
_PROTOCOLS = {
    name: (partition, score)
    for plain, partition in _PARTITIONS.items()
    for name, score in ((plain, "magnitude"), (_twin(plain), "random"))
}
NAMES = tuple(_PROTOCOLS)


def groups_of(protocol: str, tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    """The disjoint groups into which a protocol divides a network's prunable tensors, in the tensors' order.

    Args:
        protocol: one of `NAMES`.
        tensors: names of the prunable tensors; those of a residual CNN are `EMBEDDING`, block_<i>/conv1/kernel and
            block_<i>/conv2/kernel.
        ratio: the study's pruning ratio.

    Raises:
        ValueError: if there is no such protocol, or it prunes tensors that the network lacks ("must ...").
    """
    return _protocol(protocol)[0](tensors, ratio)


def score_of(protocol: str) -> str:
    """What decides which weights of a group go: "magnitude" (the smallest ones) or "random".

    Raises:
        ValueError: if there is no such protocol.
    """
    return _protocol(protocol)[1]


def _protocol(name: str) -> tuple[Callable[[Tensors, float], tuple[Group, ...]], str]:
    if name not in _PROTOCOLS:
        raise ValueError(f"must be one of {', '.join(NAMES)}")
    return _PROTOCOLS[name]


def removal_count(remaining: int, ratio: float) -> int:
    """How many weights of a group go at a round: rint(ratio * remaining), halves to even, and at least one."""
    return max(1, round(ratio * remaining))


def active_counts(n_weights: int, ratio: float, rounds: int) -> tuple[int, ...]:
    """The surviving weights of one group, n_0 to n_rounds.

    Args:
        n_weights: n_0, the weights of the dense group.
        ratio: the fraction that a round removes, in (0, 1).
        rounds: the number of prunings.

    Raises:
        ValueError: if no weight is left before the last round; the message names the most rounds possible.
    """
    counts = [n_weights]
    for _ in range(rounds):
        counts.append(counts[-1] - removal_count(counts[-1], ratio))
        if counts[-1] < 1:
            raise ValueError(
                f"must be at most {len(counts) - 2}, as round {len(counts) - 1} leaves no weight"
            )
    return tuple(counts)
