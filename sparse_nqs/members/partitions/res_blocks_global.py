"""All convolutions of the residual blocks together."""

from sparse_nqs.groups import Group, Tensors, block_convolutions

MEANING = "all residual blocks"


def groups(tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    """One group."""
    return (Group(block_convolutions(tensors), ratio),)
