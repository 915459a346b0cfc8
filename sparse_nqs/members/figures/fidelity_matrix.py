"""Figure kind `fidelity_matrix`: the fidelities of all pairs of some states, as a heat map."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sparse_nqs.fields.figure import DrawnStudy, FigureOptions
from sparse_nqs.messages import Mistake, closest, listed, not_allowed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("fidelity_pairs",)
CATEGORY = "Likeness of states"


class Options(FigureOptions):
    """A matrix of fidelities as a heat map."""

    kind: Literal["fidelity_matrix"]
    matrix: Annotated[str, Field(description="its name in fidelity_matrices")]
    quantity: Annotated[
        Literal["fidelity", "infidelity"],
        Field(description="what is drawn: F, or 1 - F on a logarithmic scale"),
    ] = "fidelity"

    def mistakes(self, studies: Mapping[str, DrawnStudy], matrices: Collection[str]) -> Iterator[Mistake]:
        """A matrix that there is not."""
        if self.matrix not in matrices:
            must = (
                f"must be the name of a fidelity matrix: {listed(matrices)}{closest(self.matrix, matrices)}"
            )
            yield not_allowed(("matrix",), self.matrix, must)


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.fidelity_matrix`."""
    from sparse_nqs.figures import fidelity_matrix

    return fidelity_matrix.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import fidelity_matrix

    return fidelity_matrix.caption(tables, figure)
