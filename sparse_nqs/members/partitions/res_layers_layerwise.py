"""Every convolution of the residual blocks by itself."""

from sparse_nqs.groups import Group, Tensors, block_convolutions

MEANING = "every convolution of the residual blocks"


def groups(tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    """A group a convolution."""
    return tuple(Group((name,), ratio) for name in block_convolutions(tensors))
