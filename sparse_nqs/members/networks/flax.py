"""A network of the user's own."""

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field

from sparse_nqs.fields.model import ALL_DIFFERENT, FROM_LIST, refuse
from sparse_nqs.fields.network import NetworkOptions, Place
from sparse_nqs.fields.options import Arguments
from sparse_nqs.fields.user_files import Files
from sparse_nqs.hashing.user_files import module_file
from sparse_nqs.messages import closest, listed
from sparse_nqs.user_code import split_path

if TYPE_CHECKING:
    from sparse_nqs.hamiltonians import Lattice
    from sparse_nqs.networks import Network

LABEL, FACE, MARKER, PLACE = "user's network", "#CCCCCC", "D", 4

# Installed packages may give their networks a name in this group of entry points.
ENTRY_POINTS = "sparse_nqs.networks"


def _factory_path(module: str) -> str:
    """The dotted path of a factory that is given by it, or by the name of an entry point."""
    if ":" not in module:
        installed = {entry.name: entry.value for entry in entry_points(group=ENTRY_POINTS)}
        if module not in installed:
            refuse(
                f"must be a dotted path of the form package.module:name, or an entry point of the group "
                f"{ENTRY_POINTS} ({listed(sorted(installed)) or 'none is installed'})"
                f"{closest(module, list(installed))}"
            )
        module = installed[module].replace(" ", "")
    try:
        module_file(split_path(module)[0])
    except ValueError as error:
        refuse(str(error))
    return module


def _check_options(options: dict) -> dict:
    if "lattice" in options:
        refuse("must not hold lattice, which every network is given")
    return options


class Options(NetworkOptions):
    """Any Flax linen module that maps spins (C, N) to a real log psi (C,); docs/adding-a-network.md."""

    kind: Literal["flax"]
    module: Annotated[
        str,
        Field(
            max_length=200,
            description="package.module:factory, called as factory(lattice=lattice, **options), or the name of an "
            f"entry point of the group {ENTRY_POINTS}",
        ),
        AfterValidator(_factory_path),
    ]
    options: Annotated[
        Arguments,
        AfterValidator(_check_options),
        Field(description="the factory's keyword arguments"),
    ] = Field(default_factory=dict)
    files: Files = ()
    prunable: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] | None,
        FROM_LIST,
        ALL_DIFFERENT,
        Field(
            description="tensors that are pruned, by name or pattern such as */kernel; null: all with two axes or more",
        ),
    ] = None

    @property
    def code(self) -> str | None:
        """See `NetworkOptions`."""
        return self.module

    @property
    def code_files(self) -> tuple[str, ...]:
        """See `NetworkOptions`."""
        return self.files


def tensors(network: dict, place: Place) -> None:
    """Unknown: the module is not loaded to check a study."""


def build(network: dict, lattice: "Lattice") -> "Network":
    """The network on a lattice.

    Raises:
        WorkError: if the user's module is not a network.
    """
    from sparse_nqs.networks import flax

    return flax.build(network, lattice)


def columns(network: dict) -> dict[str, Any]:
    """Its columns of rounds.parquet."""
    return {"alpha": None}
