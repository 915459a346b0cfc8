"""IRP-WR, iterative random pruning with weight rewinding: as IMP-WR, by the protocol's groups with random scores."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparse_nqs.pruning import ChainRound, Start

KIND = "chain"
KEY = 7
REWINDS = True
SCORE = "random"
MEANING = "random pruning with rewinding"
LABEL = "IRP-WR"
SYMBOL = LABEL
COLOUR = "#E69F00"
MARKER = "h"
LINE = "-"


def start(before: "ChainRound") -> "Start":
    """The survivors of a random pruning, at the rewind target."""
    from sparse_nqs.pruning import apply_masks, prune

    masks = prune(before.protocol._replace(score=SCORE), before.trained, before.masks, before.key)
    return apply_masks(before.rewind, masks), masks
