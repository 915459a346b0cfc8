"""Pruning: which weights go, and what a training under a mask starts from. Pure functions of arrays and keys.

Masks are NumPy bool arrays by tensor name. A protocol is a partition of the prunable tensors into groups, a ratio
for each, and a score; a procedure says what a training starts from. May import: members.
"""

from sparse_nqs.groups import Group
from sparse_nqs.pruning.keys import procedure_key
from sparse_nqs.pruning.masks import apply_masks, full_masks, n_active, prune, random_twin, shuffled
from sparse_nqs.pruning.procedures import (
    CHAINS,
    ISOLATED,
    ChainRound,
    Start,
    Ticket,
    chain_start,
    isolated_start,
)
from sparse_nqs.pruning.protocols import Protocol, PruningError, build_protocol
from sparse_nqs.pruning.scores import Masks, ScoreContext, Scores, random_scores

__all__ = [
    "CHAINS",
    "ISOLATED",
    "ChainRound",
    "Group",
    "Masks",
    "Protocol",
    "PruningError",
    "ScoreContext",
    "Scores",
    "Start",
    "Ticket",
    "apply_masks",
    "build_protocol",
    "chain_start",
    "full_masks",
    "isolated_start",
    "n_active",
    "procedure_key",
    "prune",
    "random_scores",
    "random_twin",
    "shuffled",
]
