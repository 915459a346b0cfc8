"""A Hamiltonian of the user's own."""

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from sparse_nqs.fields.model import ALL_DIFFERENT, FROM_LIST, CountOrZero, Name, refuse, refuse_all
from sparse_nqs.fields.options import Arguments
from sparse_nqs.fields.system import Boundary, Extent, System
from sparse_nqs.fields.user_files import DottedPath, Files
from sparse_nqs.hashing.canonical import digest
from sparse_nqs.members import loading
from sparse_nqs.messages import Mistake, listed, not_allowed

if TYPE_CHECKING:
    from netket.operator import DiscreteOperator

    from sparse_nqs.hamiltonians import Families, FlipTable, Lattice

LABEL = "user's Hamiltonian"
SOLVED = None
# What a mix of moves calls the flips of one spin, and all families that it does not name.
_SPOKEN_FOR = ("single", "cluster")


def _check_family(name: str) -> str:
    families = [family for family in loading.names("move_families") if family != "single"]
    if name not in families:
        refuse(f"must be one of {listed(families)}")
    return name


class Options(System):
    """Any real Hamiltonian without sign problem, as a NetKet operator on spins 1/2; docs/adding-a-hamiltonian.md."""

    model: Literal["operator"]
    operator: Annotated[
        DottedPath,
        Field(description="package.module:function; called as function(lattice=lattice, **options)"),
    ]
    options: Annotated[Arguments, Field(description="the function's keyword arguments")] = Field(
        default_factory=dict
    )
    files: Files = ()
    extent: Extent
    spins_per_cell: Annotated[int, Field(ge=1, le=100, description="spins in each of the L M cells")] = 1
    boundary: Boundary = "open"
    moves: Annotated[
        tuple[Annotated[str, AfterValidator(_check_family)], ...],
        FROM_LIST,
        ALL_DIFFERENT,
        Field(
            description="the sampler's moves beyond single flips: `flips`, what H itself flips together, `bonds`, "
            "pairs of neighbours, `global`, all spins, or another family of members/move_families/"
        ),
    ] = ("flips",)
    clusters: Annotated[
        dict[
            Name,
            Annotated[
                tuple[
                    Annotated[tuple[CountOrZero, ...], FROM_LIST, ALL_DIFFERENT, Field(min_length=2)],
                    ...,
                ],
                FROM_LIST,
                Field(min_length=1),
            ],
        ],
        Field(description="more such moves by name, each a list of lists of spins"),
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_parts_agree(self) -> "Options":
        mistakes = []
        if self.n_sites < 2:
            mistakes.append(Mistake(("extent",), "[1, 1] is not allowed: must have at least 2 spins"))
        for family in self.moves:
            misfit = loading.load("move_families", family).misfit(self)
            if misfit:
                mistakes.append(not_allowed(("moves",), list(self.moves), misfit))
        for name, groups in self.clusters.items():
            if name in (*_SPOKEN_FOR, *loading.names("move_families")):
                mistakes.append(not_allowed(("clusters", name), name, "must be a name not yet in use"))
            for position, group in enumerate(groups):
                if max(group) >= self.n_sites:
                    must = f"must hold spins 0 to {self.n_sites - 1}"
                    mistakes.append(not_allowed(("clusters", name, position), list(group), must))
        refuse_all(mistakes)
        return self

    @property
    def n_sites(self) -> int:
        """The number of spins N."""
        return self.extent[0] * self.extent[1] * self.spins_per_cell

    @property
    def families(self) -> tuple[str, ...]:
        """See `System`."""
        return (*self.moves, *self.clusters)

    @property
    def slug(self) -> str:
        """Function and lattice to read, and a hash of all there is."""
        length, width = self.extent
        name = re.sub(r"\W", "_", self.operator, flags=re.ASCII)
        return f"operator_{name[-80:]}_{length}x{width}_{digest(self.model_dump(mode='json'))}"

    @property
    def off_diagonal_terms(self) -> int:
        """A guess: one a bond."""
        return 2 * self.n_sites

    @property
    def code(self) -> str | None:
        """See `System`."""
        return self.operator

    @property
    def code_files(self) -> tuple[str, ...]:
        """See `System`."""
        return self.files


def lattice(system: dict) -> "Lattice":
    """How the spins lie."""
    from sparse_nqs.hamiltonians.lattice import on_sites

    return on_sites(system)._replace(spins_per_cell=system["spins_per_cell"])


def operator(system: dict) -> "DiscreteOperator":
    """What the user's function returns.

    Raises:
        WorkError: if it does not give an operator on the system's spins.
    """
    from sparse_nqs.hamiltonians import user_operator

    return user_operator.build(
        system["operator"], lattice(system), system["options"], system.get("files", ())
    )


def cluster_moves(system: dict, table: "FlipTable") -> "Families":
    """The families that the system asks for in `moves`, by their names there, and those in `clusters`."""
    from sparse_nqs.hamiltonians.moves import flip_sets_of, sets_of

    where = lattice(system)
    families = flip_sets_of(system["moves"], where, table)
    return families | {name: sets_of(groups, where.n_sites) for name, groups in system["clusters"].items()}


def columns(system: dict) -> dict[str, Any]:
    """Its columns of rounds.parquet."""
    length, width = system["extent"]
    return {
        "length": length,
        "width": width,
        "boundary": system["boundary"],
        "coupling": None,
        "field": None,
    }


def solution(system: dict) -> str | None:
    """None beyond exact diagonalisation."""
    return None
