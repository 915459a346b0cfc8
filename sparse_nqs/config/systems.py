"""The systems: what the `system` part of a study may say."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sparse_nqs.config.fields import FROM_LIST, Model, NonNegative, Positive, refuse_all
from sparse_nqs.config.messages import Problem

_Side = Annotated[int, Field(ge=1, le=1000)]


class Tfim(Model):
    """The transverse-field Ising model H = -J sum_<ij> Z_i Z_j - kappa sum_i X_i on L x M sites."""

    model: Literal["tfim"]
    extent: Annotated[
        tuple[_Side, ...],
        FROM_LIST,
        Field(min_length=2, max_length=2, description="the lattice's sides [L, M]"),
    ]
    boundary: Annotated[Literal["open", "periodic"], Field(description="in both directions")] = "open"
    coupling: Annotated[Positive, Field(description="J, the energy of a bond")] = 1.0
    field: Annotated[NonNegative, Field(description="kappa, the transverse field")] = 3.04438

    @model_validator(mode="after")
    def _check_sites(self) -> "Tfim":
        if self.n_sites < 2:
            refuse_all([Problem(("extent",), "[1, 1] is not allowed: must have at least 2 sites")])
        return self

    @property
    def n_sites(self) -> int:
        """The number of spins N = L M."""
        return self.extent[0] * self.extent[1]

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
    def n_sites(self) -> int:
        """The number of spins N = 2 L^2."""
        return 2 * self.length**2

    @property
    def slug(self) -> str:
        """A file name that no other system has."""
        return f"toric_code_{self.length}x{self.length}"


System = Annotated[Tfim | ToricCode, Field(discriminator="model", description="the Hamiltonian")]


def _short(value: float) -> str:
    """The shortest text that reads back as the same float, for file names."""
    return repr(value).removesuffix(".0").replace("+", "")
