"""A network of the user's own: a Flax linen module, maybe with a flip path; docs/adding-a-network.md."""

from fnmatch import fnmatchcase

from flax import linen as nn

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks.contract import Network
from sparse_nqs.networks.flax_network import NetworkError, flax_network
from sparse_nqs.networks.own_flip_path import WithFlipPath
from sparse_nqs.opened_files import warn_of_unlisted
from sparse_nqs.user_code import faults_of, make


def _check_patterns(path: str, patterns: list[str], names: tuple[str, ...]) -> None:
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise NetworkError(
                f"network {path}: prunable {pattern!r} matches no tensor; allowed are patterns for {', '.join(names)}"
            )


def build(network: dict, lattice: Lattice) -> Network:
    """The module `factory(lattice=lattice, **options)` as a network.

    Args:
        network: `module`, the factory's dotted path; `options` (dict, optional); `prunable` (optional): names of
            prunable tensors or patterns such as "*/kernel", by default all tensors with at least two axes; `files`
            (optional): what it may read; of other files it reads a line is printed.
        lattice: how the spins lie.

    Raises:
        UserCodeError: if the factory is not found, cannot be called so, or it or its module raises.
        NetworkError: if it returns something else than a hashable linen module, if the module is none of a wave
            function, or if no tensor is prunable.
    """
    with warn_of_unlisted(network["module"], "network.files", network.get("files") or ()):
        return _build(network, lattice)


def _build(network: dict, lattice: Lattice) -> Network:
    path, options, patterns = network["module"], network.get("options") or {}, network.get("prunable")
    made = make(path, lattice, options)
    module = made.module if isinstance(made, WithFlipPath) else made
    if not isinstance(module, nn.Module):
        raise NetworkError(
            f"network {path}: gives {type(module).__name__}; allowed is a Flax linen module, or one WithFlipPath"
        )
    try:
        hash(module)
    except TypeError as error:
        raise NetworkError(
            f"network {path}: a field of the module cannot be hashed; allowed are numbers, text, tuples and the lattice"
        ) from error

    def is_prunable(name: str, shape: tuple[int, ...]) -> bool:
        if patterns is None:
            return len(shape) >= 2
        return any(fnmatchcase(name, pattern) for pattern in patterns)

    with faults_of(path, f"applied to configurations of {lattice.n_sites} spins"):
        result = flax_network(path, module, lattice.n_sites, is_prunable=is_prunable)
    _check_patterns(path, patterns or [], tuple(result.shapes))
    if not result.prunable:
        raise NetworkError(
            f"network {path}: no tensor has two axes; `prunable` must name some of {', '.join(result.shapes)}"
        )
    if isinstance(made, WithFlipPath):
        result = result._replace(flip_path=made.flip_path)
    return result._replace(kind="flax")
