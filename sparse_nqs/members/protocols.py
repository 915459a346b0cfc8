"""Protocols by name: a partition of the prunable tensors into groups, and a score.

A protocol with the score magnitude is called as its partition is. With any other score the score's name stands before
the partition's last word: res_blocks_random_global. So a new score combines with every partition, and a new partition
with every score.
"""

from functools import cache

from sparse_nqs.groups import Group, Tensors
from sparse_nqs.members.loading import load, names

_UNNAMED = "magnitude"


@cache
def protocols() -> dict[str, tuple[str, str]]:
    """The partition and the score of every protocol by its name, partitions in alphabetical order.

    Raises:
        ValueError: if two protocols have one name, as those of a score may that is called as a part of a partition.
    """
    found: dict[str, tuple[str, str]] = {}
    for partition in names("partitions"):
        for score in sorted(names("scores"), key=lambda score: (score != _UNNAMED, score)):
            name = _protocol(partition, score)
            if name in found:
                raise ValueError(f"two protocols are called {name}: of {found[name]} and {partition, score}")
            found[name] = (partition, score)
    return found


def _protocol(partition: str, score: str) -> str:
    *words, last = partition.split("_")
    return partition if score == _UNNAMED else "_".join([*words, score, last])


def partition_of(protocol: str) -> str:
    """The name of the partition of a protocol.

    Raises:
        ValueError: if there is no such protocol ("must ...").
    """
    return _parts_of(protocol)[0]


def score_of(protocol: str) -> str:
    """The name of the score of a protocol, which decides which weights of a group go.

    Raises:
        ValueError: if there is no such protocol ("must ...").
    """
    return _parts_of(protocol)[1]


def groups_of(protocol: str, tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    """The disjoint groups into which a protocol divides a network's prunable tensors, in the tensors' order.

    Args:
        protocol: its name.
        tensors: names of the prunable tensors.
        ratio: the study's pruning ratio.

    Raises:
        ValueError: if there is no such protocol, or it prunes tensors that the network lacks ("must ...").
    """
    return load("partitions", partition_of(protocol)).groups(tensors, ratio)


def _parts_of(protocol: str) -> tuple[str, str]:
    if protocol not in protocols():
        raise ValueError(f"must be one of {', '.join(protocols())}")
    return protocols()[protocol]
