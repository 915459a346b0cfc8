"""The Heisenberg antiferromagnet on a bipartite lattice."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from sparse_nqs.fields.model import Positive, refuse_all
from sparse_nqs.fields.system import OnSites, shortest
from sparse_nqs.messages import not_allowed

if TYPE_CHECKING:
    from netket.operator import DiscreteOperator

    from sparse_nqs.hamiltonians import Families, FlipTable, Lattice

LABEL = "Heisenberg antiferromagnet"
SOLVED = None
FAMILIES = ("bonds", "global")


class Options(OnSites):
    """The antiferromagnet H = J sum_<ij> S_i . S_j, S = sigma / 2, in the basis of the Marshall sign rotation."""

    model: Literal["heisenberg"]
    coupling: Annotated[Positive, Field(description="J, the exchange")] = 1.0

    @model_validator(mode="after")
    def _check_bipartite(self) -> Self:
        must = "must be 1 or even with boundary periodic, or the lattice is not bipartite"
        refuse_all(
            [
                not_allowed(("extent", position), side, must)
                for position, side in enumerate(self.extent)
                if self.boundary == "periodic" and side > 1 and side % 2
            ]
        )
        return self

    @property
    def families(self) -> tuple[str, ...]:
        """See `System`."""
        return FAMILIES

    @property
    def slug(self) -> str:
        """See `System`."""
        length, width = self.extent
        return f"heisenberg_{length}x{width}_{self.boundary}_J{shortest(self.coupling)}"

    @property
    def off_diagonal_terms(self) -> int:
        """One a bond."""
        return 2 * self.n_sites


def lattice(system: dict) -> "Lattice":
    """How the spins lie."""
    from sparse_nqs.hamiltonians.lattice import on_sites

    return on_sites(system)


def operator(system: dict) -> "DiscreteOperator":
    """The rotated Hamiltonian."""
    from sparse_nqs.hamiltonians import heisenberg

    return heisenberg.build(
        tuple(system["extent"]), periodic=system["boundary"] == "periodic", coupling=system["coupling"]
    )


def cluster_moves(system: dict, table: "FlipTable") -> "Families":
    """Pairs of neighbours, and all spins.

    The flip of a pair of opposite spins exchanges them, which keeps the total S_z that the ground state has.
    """
    from sparse_nqs.hamiltonians.moves import flip_sets_of

    return flip_sets_of(FAMILIES, lattice(system), table)


def columns(system: dict) -> dict[str, Any]:
    """Its columns of rounds.parquet."""
    length, width = system["extent"]
    return {
        "length": length,
        "width": width,
        "boundary": system["boundary"],
        "coupling": system["coupling"],
        "field": None,
    }


def solution(system: dict) -> str | None:
    """None beyond exact diagonalisation."""
    return None
