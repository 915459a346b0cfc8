"""Pruning: which weights go, and what a training under a mask starts from. Pure functions of arrays and keys.

Masks are NumPy bool arrays by tensor name. A protocol is a partition of the prunable tensors into groups, a ratio
for each, and a score. May import: nothing of the package.
"""

from sparse_nqs.pruning.keys import procedure_key
from sparse_nqs.pruning.masks import Masks, apply_masks, full_masks, n_active, prune, random_twin
from sparse_nqs.pruning.procedures import imp_wr_start, isolated_start
from sparse_nqs.pruning.protocols import Group, Protocol, build_protocol

__all__ = [
    "Group",
    "Masks",
    "Protocol",
    "apply_masks",
    "build_protocol",
    "full_masks",
    "imp_wr_start",
    "isolated_start",
    "n_active",
    "procedure_key",
    "prune",
    "random_twin",
]
