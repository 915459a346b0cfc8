"""What every system says of itself to the workflow, and the keys that systems share."""

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from sparse_nqs.fields.model import FROM_LIST, Model, refuse_all
from sparse_nqs.messages import Mistake

_Side = Annotated[int, Field(ge=1, le=1000)]
Extent = Annotated[
    tuple[_Side, ...],
    FROM_LIST,
    Field(min_length=2, max_length=2, description="the lattice's sides [L, M]"),
]
Boundary = Annotated[
    Literal["open", "periodic"],
    Field(description="in both directions; a periodic side of 2 has one bond, as NetKet's"),
]


class System(Model):
    """A Hamiltonian on N spins. The `Options` of every member of members/systems/ is one.

    Each has all that stands under TYPE_CHECKING, as a key or as a property.
    """

    model: str

    if TYPE_CHECKING:

        @property
        def extent(self) -> tuple[int, ...]:
            """The lattice's sides (L, M), in cells."""

        @property
        def spins_per_cell(self) -> int:
            """Spins in each cell of the lattice."""

        @property
        def n_sites(self) -> int:
            """The number of spins N."""

        @property
        def families(self) -> tuple[str, ...]:
            """The families of the sampler's moves beyond single flips, in the order of a sweep."""

        @property
        def slug(self) -> str:
            """A file name that no other system has."""

        @property
        def off_diagonal_terms(self) -> int:
            """About how many sets of spins the Hamiltonian flips; for estimates of time alone."""

    @property
    def code(self) -> str | None:
        """The dotted path of the user's own function that makes it; None if there is none."""
        return None

    @property
    def code_files(self) -> tuple[str, ...]:
        """The files that the user's own function reads."""
        return ()

    @property
    def has_unique_ground_state(self) -> bool:
        """Whether it is known that the ground level holds one state."""
        return False


class OnSites(System):
    """One spin on each of L x M sites."""

    extent: Extent
    boundary: Boundary = "open"

    @model_validator(mode="after")
    def _check_sites(self) -> Self:
        if self.n_sites < 2:
            refuse_all([Mistake(("extent",), "[1, 1] is not allowed: must have at least 2 sites")])
        return self

    @property
    def n_sites(self) -> int:
        """The number of spins N = L M."""
        return self.extent[0] * self.extent[1]

    @property
    def spins_per_cell(self) -> int:
        """Spins in each cell of the lattice."""
        return 1


def shortest(value: float) -> str:
    """The shortest text that reads back as the same float, for file names."""
    return repr(value).removesuffix(".0").replace("+", "")
