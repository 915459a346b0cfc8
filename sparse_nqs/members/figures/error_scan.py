"""Figure kind `error_scan`: energy error per spin along IMP-WR, one curve a study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sparse_nqs.fields.figure import Abscissa, FigureOptions, Label, Published, Studies

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("rounds",)
# By the option that asks for it.
OPTIONAL_TABLES = {"regions": "regions"}
CATEGORY = "Scaling with sparsity"


class Options(FigureOptions):
    """Error along the IMP-WR trajectory, one curve a study."""

    kind: Literal["error_scan"]
    studies: Studies
    label: Label = "alpha"
    x: Abscissa = "n_active"
    regions: Annotated[
        bool,
        Field(
            description="whether to colour the fitted regions LEP, APL and HEP, with intervals of their ends"
        ),
    ] = False
    published: Published = "none"


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.error_scan`."""
    from sparse_nqs.figures import error_scan

    return error_scan.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import error_scan

    return error_scan.caption(tables, figure)
