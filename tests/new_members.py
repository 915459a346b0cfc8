"""New members: the text of a file each, by its path below members/ without suffix. Tests add them to a copy."""

from pages import code_blocks

FILES = {
    "scores/fresh": '''"""Largest first."""

MEANING = "the largest weights"


def scores(context):
    """-|theta_i|."""
    return {name: -abs(context.weights[name]) for group in context.groups for name in group.tensors}
''',
    "partitions/all_network": '''"""One threshold."""

from sparse_nqs.groups import Group, Tensors

MEANING = "the whole network"


def groups(tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    """One group."""
    return (Group(tensors, ratio),)
''',
    "procedures/regrown": '''"""As many weights as IMP-WR has, of which one place is drawn anew."""

KIND = "chain"
REWINDS = False
MEANING = "magnitude pruning, one weight regrown"
LABEL = "regrown"
SYMBOL = "regrown"
COLOUR = "#117733"
MARKER = "X"
LINE = "-"


def start(before):
    """Pruned, all of the first row back."""
    from sparse_nqs.pruning import apply_masks, prune

    masks = prune(before.protocol, before.trained, before.masks, before.key)
    for mask in masks.values():
        mask[0] = True
    return apply_masks(before.trained, masks), masks
''',
    "procedures/t_negative_imp": '''"""The initial weights with their signs turned."""

KIND = "isolated"
DRAWN = False
MEANING = "minus the initial weights under the mask of IMP-WR"
LABEL = "T(-init, imp)"
SYMBOL = "$T(-init, imp)$"
COLOUR = "#332288"
MARKER = "p"
LINE = "-"


def start(ticket):
    """-theta_init under m_k."""
    from sparse_nqs.pruning import apply_masks

    return apply_masks({name: -value for name, value in ticket.init.items()}, ticket.masks), ticket.masks
''',
    "observables/neighbours": code_blocks("evaluation.md", "python")[0],
}
