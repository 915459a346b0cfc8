"""Every tensor by itself."""

from sparse_nqs.groups import Group, Tensors

MEANING = "every tensor"


def groups(tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    """A group a tensor."""
    return tuple(Group((name,), ratio) for name in tensors)
