"""IMP-CT, iterative magnitude pruning with continued training: prune by the protocol, train the survivors on."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparse_nqs.pruning import ChainRound, Start

KIND = "chain"
KEY = 6
REWINDS = False
MEANING = "magnitude pruning without rewinding"
LABEL = "IMP-CT"
SYMBOL = LABEL
COLOUR = "#56B4E9"
MARKER = "P"
LINE = "-"


def start(before: "ChainRound") -> "Start":
    """The survivors of the smallest weights' pruning, as they are."""
    from sparse_nqs.pruning import apply_masks, prune

    masks = prune(before.protocol, before.trained, before.masks, before.key)
    return apply_masks(before.trained, masks), masks
