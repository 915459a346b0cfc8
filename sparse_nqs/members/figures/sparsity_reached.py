"""Figure kind `sparsity_reached`: how sparse networks may be until their error is some times the dense one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sparse_nqs.fields.figure import FigureOptions, Studies
from sparse_nqs.fields.model import Positive

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("rounds",)
CATEGORY = "Isolated trainings"


class Options(FigureOptions):
    """How sparse the networks of each procedure may be until the error is some times the dense one."""

    kind: Literal["sparsity_reached"]
    studies: Studies
    factor: Annotated[Positive, Field(gt=1, description="multiple of the dense network's error")] = 2.0


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.sparsity_reached`."""
    from sparse_nqs.figures import sparsity_reached

    return sparsity_reached.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import sparsity_reached

    return sparsity_reached.caption(tables, figure)
