"""T(rand, rand): neither the weights of a ticket nor its connections, only its number of weights."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparse_nqs.pruning import Start, Ticket

KIND = "isolated"
KEY = 8
DRAWN = True
MEANING = "fresh weights under a random mask"
LABEL = "T(rand, rand)"
SYMBOL = r"$T(\theta_\mathrm{rand},\,m_\mathrm{rand})$"
COLOUR = "#7F7F7F"
MARKER = "<"
LINE = "-"


def start(ticket: "Ticket") -> "Start":
    """An independent initialisation under a random mask, as in T(init, rand)."""
    from sparse_nqs.pruning import apply_masks, random_twin

    masks = random_twin(ticket.protocol, ticket.masks, ticket.masks_key)
    return apply_masks(ticket.fresh_init(ticket.weights_key), masks), masks
