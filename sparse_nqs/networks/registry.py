"""Networks by name; members/networks/ has a file each, which is loaded when it is asked for."""

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.members.loading import load
from sparse_nqs.networks.contract import Network


def build_network(network: dict, lattice: Lattice) -> Network:
    """The network that a study describes.

    Args:
        network: the study's `network`: `kind` and that network's options (docs/configuration.md).
        lattice: how the spins lie, from `hamiltonians.lattice`.

    Raises:
        ValueError: if there is no network of this name, or it has other tensors than its member says.
        WorkError: if a user's own module is not a network.
    """
    member = load("networks", network["kind"])
    built: Network = member.build(network, lattice)
    said = member.tensors(network, lattice)
    if said is not None and list(said.items()) != list(built.shapes.items()):
        raise ValueError(
            f"network {network['kind']}: its tensors are {built.shapes}; members/networks/ says {said}"
        )
    return built
