"""The systems: what the `system` part of a study may say."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from sparse_nqs.fields.model import (
    ALL_DIFFERENT,
    FROM_LIST,
    CountOrZero,
    Model,
    Name,
    NonNegative,
    Positive,
    refuse,
    refuse_all,
)
from sparse_nqs.fields.options import Options
from sparse_nqs.hashing.canonical import digest
from sparse_nqs.hashing.user_files import plugin_fingerprint, require_file
from sparse_nqs.messages import Problem, not_allowed

_Side = Annotated[int, Field(ge=1, le=1000)]
_Extent = Annotated[
    tuple[_Side, ...],
    FROM_LIST,
    Field(min_length=2, max_length=2, description="the lattice's sides [L, M]"),
]
_Boundary = Annotated[
    Literal["open", "periodic"],
    Field(description="in both directions; a periodic side of 2 has one bond, as NetKet's"),
]


def _check_found(path: str) -> str:
    try:
        plugin_fingerprint(path)
    except ValueError as error:
        refuse(str(error))
    return path


def _check_file(path: str) -> str:
    try:
        require_file(path)
    except ValueError as error:
        refuse(str(error))
    return path


# A dotted path "package.module:name" to a user's own code, which must be where a job will find it.
DottedPath = Annotated[str, Field(max_length=200), AfterValidator(_check_found)]
Files = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_check_file)], ...],
    FROM_LIST,
    ALL_DIFFERENT,
    Field(
        description="what that code reads: data files, and Python files that are in no package with it; paths from the "
        "working folder on. An edit of one is an edit of the study"
    ),
]


class _OnSites(Model):
    """One spin on each of L x M sites."""

    extent: _Extent
    boundary: _Boundary = "open"

    @model_validator(mode="after")
    def _check_sites(self) -> Self:
        if self.n_sites < 2:
            refuse_all([Problem(("extent",), "[1, 1] is not allowed: must have at least 2 sites")])
        return self

    @property
    def n_sites(self) -> int:
        """The number of spins N = L M."""
        return self.extent[0] * self.extent[1]

    @property
    def spins_per_cell(self) -> int:
        """Spins in each cell of the lattice."""
        return 1


class Tfim(_OnSites):
    """The transverse-field Ising model H = -J sum_<ij> Z_i Z_j - kappa sum_i X_i on L x M sites."""

    model: Literal["tfim"]
    coupling: Annotated[Positive, Field(description="J, the energy of a bond")] = 1.0
    field: Annotated[NonNegative, Field(description="kappa, the transverse field")] = 3.04438

    @property
    def families(self) -> tuple[str, ...]:
        """The families of the sampler's moves beyond single flips."""
        return ("global",)

    @property
    def slug(self) -> str:
        """A file name that no other system has."""
        length, width = self.extent
        return f"tfim_{length}x{width}_{self.boundary}_J{_short(self.coupling)}_k{_short(self.field)}"


class ToricCode(Model):
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
        """Spins in each cell of the lattice."""
        return 2

    @property
    def families(self) -> tuple[str, ...]:
        """The families of the sampler's moves beyond single flips."""
        return ("stars", "loops")

    @property
    def slug(self) -> str:
        """A file name that no other system has."""
        return f"toric_code_{self.length}x{self.length}"


class Heisenberg(_OnSites):
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
        """The families of the sampler's moves beyond single flips."""
        return ("bonds", "global")

    @property
    def slug(self) -> str:
        """A file name that no other system has."""
        length, width = self.extent
        return f"heisenberg_{length}x{width}_{self.boundary}_J{_short(self.coupling)}"


class OperatorModel(Model):
    """Any real Hamiltonian without sign problem, as a NetKet operator on spins 1/2; docs/adding-a-hamiltonian.md."""

    model: Literal["operator"]
    operator: Annotated[
        DottedPath,
        Field(description="package.module:function; called as function(lattice=lattice, **options)"),
    ]
    options: Annotated[Options, Field(description="the function's keyword arguments")] = Field(
        default_factory=dict
    )
    files: Files = ()
    extent: _Extent
    spins_per_cell: Annotated[int, Field(ge=1, le=100, description="spins in each of the L M cells")] = 1
    boundary: _Boundary = "open"
    moves: Annotated[
        tuple[Literal["flips", "bonds", "global"], ...],
        FROM_LIST,
        ALL_DIFFERENT,
        Field(
            description="the sampler's moves beyond single flips: what H itself flips together, "
            "pairs of neighbours, all spins"
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
    def _check_parts_agree(self) -> "OperatorModel":
        problems = []
        if self.n_sites < 2:
            problems.append(Problem(("extent",), "[1, 1] is not allowed: must have at least 2 spins"))
        if "bonds" in self.moves and self.spins_per_cell > 1:
            must = "must be without bonds, which join sites, unless spins_per_cell is 1"
            problems.append(not_allowed(("moves",), list(self.moves), must))
        for name, groups in self.clusters.items():
            if name in ("single", "cluster", "flips", "bonds", "global"):
                problems.append(not_allowed(("clusters", name), name, "must be a name not yet in use"))
            for position, group in enumerate(groups):
                if max(group) >= self.n_sites:
                    must = f"must hold spins 0 to {self.n_sites - 1}"
                    problems.append(not_allowed(("clusters", name, position), list(group), must))
        refuse_all(problems)
        return self

    @property
    def n_sites(self) -> int:
        """The number of spins N."""
        return self.extent[0] * self.extent[1] * self.spins_per_cell

    @property
    def families(self) -> tuple[str, ...]:
        """The families of the sampler's moves beyond single flips."""
        return (*self.moves, *self.clusters)

    @property
    def slug(self) -> str:
        """A file name that no other system has: function and lattice to read, and a hash of all there is."""
        length, width = self.extent
        name = re.sub(r"\W", "_", self.operator, flags=re.ASCII)
        return f"operator_{name[-80:]}_{length}x{width}_{digest(self.model_dump(mode='json'))}"


System = Annotated[
    Tfim | ToricCode | Heisenberg | OperatorModel, Field(discriminator="model", description="the Hamiltonian")
]


def _short(value: float) -> str:
    """The shortest text that reads back as the same float, for file names."""
    return repr(value).removesuffix(".0").replace("+", "")
