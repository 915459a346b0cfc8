"""All convolutions of the residual blocks together, and the embedding ten times slower."""

from sparse_nqs.groups import Group, Tensors, block_convolutions, embedding

MEANING = "all residual blocks, and the embedding at a tenth of the ratio"


def groups(tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    """A group of the blocks, and one of the embedding."""
    return (Group(block_convolutions(tensors), ratio), Group(embedding(tensors), ratio / 10))
