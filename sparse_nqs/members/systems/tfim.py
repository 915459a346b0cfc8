"""The transverse-field Ising model."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sparse_nqs.fields.model import NonNegative, Positive
from sparse_nqs.fields.system import OnSites, shortest

if TYPE_CHECKING:
    from netket.operator import DiscreteOperator

    from sparse_nqs.hamiltonians import Families, FlipTable, Lattice

LABEL = "transverse-field Ising model"
SOLVED = "tfim with boundary open"
FAMILIES = ("global",)


class Options(OnSites):
    """The transverse-field Ising model H = -J sum_<ij> Z_i Z_j - kappa sum_i X_i on L x M sites."""

    model: Literal["tfim"]
    coupling: Annotated[Positive, Field(description="J, the energy of a bond")] = 1.0
    field: Annotated[NonNegative, Field(description="kappa, the transverse field")] = 3.04438

    @property
    def families(self) -> tuple[str, ...]:
        """See `System`."""
        return FAMILIES

    @property
    def slug(self) -> str:
        """See `System`."""
        length, width = self.extent
        return f"tfim_{length}x{width}_{self.boundary}_J{shortest(self.coupling)}_k{shortest(self.field)}"

    @property
    def off_diagonal_terms(self) -> int:
        """One a site."""
        return self.n_sites

    @property
    def has_unique_ground_state(self) -> bool:
        """True, by the theorem of Perron and Frobenius at any field that is not 0."""
        return True


def lattice(system: dict) -> "Lattice":
    """How the spins lie."""
    from sparse_nqs.hamiltonians.lattice import on_sites

    return on_sites(system)


def operator(system: dict) -> "DiscreteOperator":
    """The Hamiltonian."""
    from sparse_nqs.hamiltonians import tfim

    return tfim.build(
        tuple(system["extent"]),
        periodic=system["boundary"] == "periodic",
        coupling=system["coupling"],
        field=system["field"],
    )


def cluster_moves(system: dict, table: "FlipTable") -> "Families":
    """The flip of all spins, a symmetry of H."""
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
        "field": system["field"],
    }


def solution(system: dict) -> str | None:
    """By DMRG with open boundaries."""
    return "dmrg" if system["boundary"] == "open" else None


def ground_state_by_dmrg(system: dict, bond_dimensions: Sequence[int]) -> Any:
    """The ground energy, see `references.dmrg.tfim_energy`."""
    from sparse_nqs.references import dmrg

    return dmrg.tfim_energy(
        tuple(system["extent"]), system["coupling"], system["field"], list(bond_dimensions)
    )
