"""T(init, imp): the lottery ticket, theta_init under a mask of IMP-WR."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparse_nqs.pruning import Start, Ticket

KIND = "isolated"
KEY = 3
DRAWN = False
MEANING = "the initial weights under the mask of IMP-WR"
LABEL = "T(init, imp)"
SYMBOL = r"$T(\theta_\mathrm{init},\,m_\mathrm{imp})$"
COLOUR = "#D55E00"
MARKER = "s"
LINE = "-"


def start(ticket: "Ticket") -> "Start":
    """theta_init under m_k."""
    from sparse_nqs.pruning import apply_masks

    masks = ticket.masks
    return apply_masks(ticket.init, masks), masks
