"""Protocols as the pruning functions take them: groups with their ratios, and a score."""

from typing import NamedTuple

from sparse_nqs.errors import WorkError
from sparse_nqs.groups import Group
from sparse_nqs.members.protocols import groups_of, score_of


class PruningError(WorkError, ValueError):
    """The protocol does not fit the network, or a group of it runs out of weights."""


class Protocol(NamedTuple):
    """What goes at a pruning.

    Attributes:
        groups: disjoint groups of prunable tensors; tensors in none of them are left as they are.
        score: a member of `members.scores`: weights of the smallest score go first.
    """

    groups: tuple[Group, ...]
    score: str


def build_protocol(name: str, tensors: tuple[str, ...], ratio: float) -> Protocol:
    """The protocol of this name for a network's prunable tensors.

    Raises:
        PruningError: if there is no protocol of this name, or it does not fit the tensors.
    """
    try:
        return Protocol(groups_of(name, tensors, ratio), score_of(name))
    except ValueError as error:
        raise PruningError(f"pruning protocol {name!r} {error}") from error
