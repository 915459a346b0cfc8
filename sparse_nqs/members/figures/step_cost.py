"""Figure kind `step_cost`: wall time of a training step against the surviving weights, one curve a study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from sparse_nqs.fields.figure import FigureOptions, Label, Studies

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("rounds",)
CATEGORY = "Training"


class Options(FigureOptions):
    """Seconds of a training step against the surviving weights, along IMP-WR, one curve a study."""

    kind: Literal["step_cost"]
    studies: Studies
    label: Label = "study"


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.step_cost`."""
    from sparse_nqs.figures import step_cost

    return step_cost.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import step_cost

    return step_cost.caption(tables, figure)
