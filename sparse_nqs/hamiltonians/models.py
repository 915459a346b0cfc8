"""Models by name: the one place that knows which systems there are."""

from typing import TYPE_CHECKING, NamedTuple

from sparse_nqs.hamiltonians import heisenberg, tfim, toric_code, user_operator
from sparse_nqs.hamiltonians.flip_table import FlipTable
from sparse_nqs.hamiltonians.moves import Families
from sparse_nqs.hamiltonians.pauli_terms import every_term

if TYPE_CHECKING:
    from netket.operator import DiscreteOperator

MODELS = ("tfim", "toric_code", "heisenberg", "operator")


class Lattice(NamedTuple):
    """Where the spins lie: the order of their indices is (x, y, spin of the cell).

    Attributes:
        length: cells along x, L.
        width: cells along y, M.
        spins_per_cell: 1 for spins on sites, 2 for spins on the edges of a square lattice.
        periodic: whether both directions are closed.
    """

    length: int
    width: int
    spins_per_cell: int = 1
    periodic: bool = False

    @property
    def shape(self) -> tuple[int, int, int]:
        """(L, M, spins a cell): the shape of a configuration as an image."""
        return self.length, self.width, self.spins_per_cell

    @property
    def n_sites(self) -> int:
        """The number of spins N."""
        return self.length * self.width * self.spins_per_cell


def _unknown(system: dict) -> ValueError:
    return ValueError(f"unknown model {system['model']!r}; allowed are {', '.join(MODELS)}")


def lattice(system: dict) -> Lattice:
    """The lattice of a system.

    Raises:
        ValueError: if the model is unknown.
    """
    match system["model"]:
        case "tfim" | "heisenberg":
            length, width = system["extent"]
            return Lattice(length, width, periodic=system["boundary"] == "periodic")
        case "operator":
            length, width = system["extent"]
            return Lattice(length, width, system["spins_per_cell"], periodic=system["boundary"] == "periodic")
        case "toric_code":
            return Lattice(system["length"], system["length"], spins_per_cell=2, periodic=True)
        case _:
            raise _unknown(system)


def build_operator(system: dict) -> "DiscreteOperator":
    """The NetKet operator of a system, with all of its terms however small.

    Args:
        system: the system's part of a study: `model` and that model's options (docs/configuration.md).

    Raises:
        ValueError: if the model is unknown.
        WorkError: if a user's own function does not give an operator on the system's spins.
    """
    with every_term():
        match system["model"]:
            case "tfim":
                return tfim.build(
                    tuple(system["extent"]),
                    periodic=system["boundary"] == "periodic",
                    coupling=system["coupling"],
                    field=system["field"],
                )
            case "toric_code":
                return toric_code.build(system["length"])
            case "heisenberg":
                return heisenberg.build(
                    tuple(system["extent"]),
                    periodic=system["boundary"] == "periodic",
                    coupling=system["coupling"],
                )
            case "operator":
                return user_operator.build(
                    system["operator"], lattice(system), system["options"], system.get("files", ())
                )
            case _:
                raise _unknown(system)


def cluster_moves(system: dict, table: FlipTable) -> Families:
    """The flip sets, beyond single flips, that the sampler of this system proposes, by the families' names.

    Args:
        system: the system's part of a study.
        table: its compiled Hamiltonian.

    Raises:
        ValueError: if the model is unknown.
    """
    match system["model"]:
        case "tfim":
            return tfim.cluster_moves(tuple(system["extent"]))
        case "toric_code":
            return toric_code.cluster_moves(system["length"])
        case "heisenberg":
            return heisenberg.cluster_moves(
                tuple(system["extent"]), periodic=system["boundary"] == "periodic"
            )
        case "operator":
            return user_operator.cluster_moves(system, lattice(system), table)
        case _:
            raise _unknown(system)
