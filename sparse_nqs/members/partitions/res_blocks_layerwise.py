"""Every residual block by itself."""

from sparse_nqs.groups import Group, Tensors, block_convolutions, block_of

MEANING = "every residual block"


def groups(tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    """A group a block."""
    blocks: dict[str, list[str]] = {}
    for name in block_convolutions(tensors):
        blocks.setdefault(block_of(name), []).append(name)
    return tuple(Group(tuple(names), ratio) for names in blocks.values())
