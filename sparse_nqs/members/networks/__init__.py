"""Networks: what `kind` of a study's `network` may name.

A member has

- `Options`, a `fields.network.NetworkOptions`: what a config may say of it, its tensors, its protocol, its cost;
- `LABEL`, `FACE`, `MARKER`: its name in captions and legends, and how its points look; `PLACE`: in legends;
- `build(network, lattice)`: the `networks.Network`;
- `tensors(network, place)`: names and shapes of all its parameter tensors in their order; None if only `build` knows;
- `columns(network)`: what it fills of rounds.parquet.

The functions take the network as plain data, the study's `network`. What is built has the tensors that `tensors` says.
"""

from sparse_nqs.members.loading import load, names


def ordered() -> list[str]:
    """All networks in the order of legends."""
    return sorted(names("networks"), key=lambda name: (load("networks", name).PLACE, name))
