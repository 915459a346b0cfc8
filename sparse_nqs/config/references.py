"""The `references` of a config: how reference energies are computed."""

from typing import Annotated

from pydantic import Field

from sparse_nqs.config.study import Study
from sparse_nqs.fields.model import ASCENDING, FROM_LIST, LARGEST, Model


class References(Model):
    """How reference energies are computed."""

    max_ed_spins: Annotated[
        int, Field(ge=0, le=26, description="up to so many spins by exact diagonalisation, beyond by DMRG")
    ] = 20
    # One bond dimension gives no extrapolation and no error.
    bond_dimensions: Annotated[
        tuple[Annotated[int, Field(ge=2, le=LARGEST)], ...],
        FROM_LIST,
        ASCENDING,
        Field(min_length=2, description="of the DMRG runs"),
    ] = (32, 64, 96)
    recompute: Annotated[
        bool,
        Field(description="false: energies in the table that ships with the package are taken from there"),
    ] = False

    def takes_known(self, study: Study) -> bool:
        """Whether an energy of the study's system is taken from the table, should it be there."""
        return not self.recompute and study.n_sites > self.max_ed_spins
