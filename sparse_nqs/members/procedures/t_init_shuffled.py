"""T(init, shuffled): the weights of a ticket, and connections of which only the numbers are its own."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparse_nqs.pruning import Start, Ticket

KIND = "isolated"
KEY = 9
DRAWN = True
MEANING = "the initial weights under the mask of IMP-WR with its axes permuted"
LABEL = "T(init, shuffled)"
SYMBOL = r"$T(\theta_\mathrm{init},\,m_\mathrm{shuffled})$"
COLOUR = "#882255"
MARKER = ">"
LINE = "-"


def start(ticket: "Ticket") -> "Start":
    """theta_init under m_k with its axes permuted, see `pruning.shuffled`."""
    from sparse_nqs.pruning import apply_masks, shuffled

    masks = shuffled(ticket.masks, ticket.masks_key)
    return apply_masks(ticket.init, masks), masks
