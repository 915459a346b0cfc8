"""Figure kind `size_scan`: error, neighbour fidelity and magnetisations against rho, one curve a size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from sparse_nqs.fields.figure import FigureOptions, Mark, Published, Studies

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("rounds", "fidelities")
CATEGORY = "Scaling with sparsity"


class Options(FigureOptions):
    """Error, neighbour fidelity, M_z and M_x against rho, one curve a study."""

    kind: Literal["size_scan"]
    studies: Studies
    mark_rho: Mark = 4.0
    published: Published = "none"


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.size_scan`."""
    from sparse_nqs.figures import size_scan

    return size_scan.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import size_scan

    return size_scan.caption(tables, figure)
