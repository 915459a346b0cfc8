"""T(rand, imp): the connections of a ticket without its weights."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparse_nqs.pruning import Start, Ticket

KIND = "isolated"
KEY = 4
DRAWN = True
MEANING = "fresh weights under the mask of IMP-WR"
LABEL = "T(rand, imp)"
SYMBOL = r"$T(\theta_\mathrm{rand},\,m_\mathrm{imp})$"
COLOUR = "#009E73"
MARKER = "D"
LINE = "-"


def start(ticket: "Ticket") -> "Start":
    """An independent initialisation under m_k."""
    from sparse_nqs.pruning import apply_masks

    masks = ticket.masks
    return apply_masks(ticket.fresh_init(ticket.weights_key), masks), masks
