"""IMP-WR, iterative magnitude pruning with weight rewinding: prune by the protocol, rewind the survivors, train."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparse_nqs.pruning import ChainRound, Start

KIND = "chain"
KEY = 2
REWINDS = True
MEANING = "magnitude pruning with rewinding"
LABEL = "IMP-WR"
SYMBOL = LABEL
COLOUR = "#0072B2"
MARKER = "o"
LINE = "-"


def start(before: "ChainRound") -> "Start":
    """The survivors of the smallest weights' pruning, at the rewind target."""
    from sparse_nqs.pruning import apply_masks, prune

    masks = prune(before.protocol, before.trained, before.masks, before.key)
    return apply_masks(before.rewind, masks), masks
