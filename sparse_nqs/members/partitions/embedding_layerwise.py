"""The embedding of a residual network alone."""

from sparse_nqs.groups import Group, Tensors, embedding

MEANING = "the embedding, the only one that is pruned"


def groups(tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    """One group, of one tensor."""
    return (Group(embedding(tensors), ratio),)
