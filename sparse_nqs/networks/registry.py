"""Networks by name. A network's module is imported only when it is asked for.

The name is the module's name in this package, which is also how the workflow finds the code that a study depends on.
"""

from importlib import import_module

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks.contract import Network

KINDS = ("ffnn", "cnn", "res_cnn", "flax")


def module_name(kind: str) -> str:
    """The dotted name of the module that defines a network.

    Raises:
        ValueError: if there is no network of this name.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown network {kind!r}; allowed are {', '.join(KINDS)}")
    return f"sparse_nqs.networks.{kind}"


def build_network(network: dict, lattice: Lattice) -> Network:
    """The network that a study describes.

    Args:
        network: the study's `network`: `kind` and that network's options (docs/configuration.md).
        lattice: how the spins lie, from `hamiltonians.lattice`.

    Raises:
        ValueError: if there is no network of this name.
        WorkError: if a user's own module is not a network.
    """
    return import_module(module_name(network["kind"])).build(network, lattice)
