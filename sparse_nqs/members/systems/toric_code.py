"""Kitaev's toric code."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sparse_nqs.fields.system import System

if TYPE_CHECKING:
    from netket.operator import DiscreteOperator

    from sparse_nqs.hamiltonians import Families, FlipTable, Lattice

LABEL = "toric code"
SOLVED = "toric_code"
FAMILIES = ("stars", "loops")


class Options(System):
    """Kitaev's toric code H = -sum_v A_v - sum_p B_p on the edges of an L x L torus."""

    model: Literal["toric_code"]
    length: Annotated[int, Field(ge=2, le=500, description="the torus's side L")]

    @property
    def extent(self) -> tuple[int, ...]:
        """The torus's sides (L, L)."""
        return self.length, self.length

    @property
    def n_sites(self) -> int:
        """The number of spins N = 2 L^2."""
        return 2 * self.length**2

    @property
    def spins_per_cell(self) -> int:
        """See `System`."""
        return 2

    @property
    def families(self) -> tuple[str, ...]:
        """See `System`."""
        return FAMILIES

    @property
    def slug(self) -> str:
        """See `System`."""
        return f"toric_code_{self.length}x{self.length}"

    @property
    def off_diagonal_terms(self) -> int:
        """One a star."""
        return self.length**2


def lattice(system: dict) -> "Lattice":
    """Two edges a vertex of the torus."""
    from sparse_nqs.hamiltonians.lattice import Lattice

    return Lattice(system["length"], system["length"], spins_per_cell=2, periodic=True)


def operator(system: dict) -> "DiscreteOperator":
    """The Hamiltonian."""
    from sparse_nqs.hamiltonians import toric_code

    return toric_code.build(system["length"])


def cluster_moves(system: dict, table: "FlipTable") -> "Families":
    """Every star and the two winding loops.

    Single flips alone freeze near the ground state, where each costs two violated plaquettes.
    """
    from sparse_nqs.hamiltonians.moves import flip_sets_of

    return flip_sets_of(FAMILIES, lattice(system), table)


def columns(system: dict) -> dict[str, Any]:
    """Its columns of rounds.parquet."""
    return {
        "length": system["length"],
        "width": system["length"],
        "boundary": "periodic",
        "coupling": None,
        "field": None,
    }


def solution(system: dict) -> str | None:
    """Solved by construction."""
    return "exact"


def exact_ground_level(system: dict) -> dict[str, Any]:
    """Energy, magnetisations and degeneracy.

    Its terms commute and all can be satisfied, which gives -2 L^2, and each single Z or X anticommutes with a term,
    so that magnetisations vanish; the torus has four ground states.
    """
    return {"energy": -2.0 * system["length"] ** 2, "m_x": 0.0, "m_z": 0.0, "degeneracy": 4}
