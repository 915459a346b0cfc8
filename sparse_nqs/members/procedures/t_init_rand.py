"""T(init, rand): the weights of a ticket without its connections."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparse_nqs.pruning import Start, Ticket

KIND = "isolated"
KEY = 5
DRAWN = True
MEANING = "the initial weights under a random mask"
LABEL = "T(init, rand)"
SYMBOL = r"$T(\theta_\mathrm{init},\,m_\mathrm{rand})$"
COLOUR = "#CC79A7"
MARKER = "^"
LINE = "-"


def start(ticket: "Ticket") -> "Start":
    """theta_init under a random mask with as many weights in every group of the protocol as m_k has."""
    from sparse_nqs.pruning import apply_masks, random_twin

    masks = random_twin(ticket.protocol, ticket.masks, ticket.masks_key)
    return apply_masks(ticket.init, masks), masks
