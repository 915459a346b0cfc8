"""Groups of tensors that are pruned together, and how many weights of a group go at a round.

A leaf: config checks studies with it, partitions make groups, pruning acts on them; it imports nothing.
"""

import re
from typing import NamedTuple, NoReturn

Tensors = tuple[str, ...]

_EMBEDDING = "embedding/kernel"
_BLOCK_CONVOLUTION = re.compile(r"(block_\d+)/conv[12]/kernel")
_BLOCKS_WORDS = "block_<i>/conv1/kernel and block_<i>/conv2/kernel"


class Group(NamedTuple):
    """Tensors pruned together: the fraction `ratio` of what remains in all of them goes at every round."""

    tensors: Tensors
    ratio: float


def block_convolutions(tensors: Tensors) -> Tensors:
    """The convolutions of residual blocks among a network's prunable tensors.

    Raises:
        ValueError: if there is none ("must ...").
    """
    found = tuple(name for name in tensors if _BLOCK_CONVOLUTION.fullmatch(name))
    if not found:
        _refuse(tensors, _BLOCKS_WORDS)
    return found


def block_of(convolution: str) -> str:
    """The residual block that one of `block_convolutions` belongs to, such as block_0."""
    return convolution.split("/")[0]


def embedding(tensors: Tensors) -> Tensors:
    """The convolution before the residual blocks, among a network's prunable tensors.

    Raises:
        ValueError: if there is none ("must ...").
    """
    if _EMBEDDING not in tensors:
        _refuse(tensors, _EMBEDDING)
    return (_EMBEDDING,)


def _refuse(tensors: Tensors, missing: str) -> NoReturn:
    raise ValueError(
        f"must fit the network, whose prunable tensors are {', '.join(tensors) or 'none'}: it prunes {missing}"
    )


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
