"""Dashed companions of curves: a quantity by chance, or a second quantity of the same states."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sparse_nqs.figures.style import GREY, Colour, look_of

DASHES = (0, (3, 1.5))


def draw(ax: Axes, rows: pd.DataFrame, *, x: str, y: str, colour: Colour) -> np.ndarray:
    """Draw the median over the seeds of a column, round by round.

    Returns:
        The medians, float64 (K,).
    """
    medians = rows.groupby("round", sort=True)[[x, y]].median().sort_values(x)
    ax.plot(
        medians[x],
        medians[y],
        color=colour,
        linestyle=DASHES,
        linewidth=0.7 * look_of(ax).line_width,
        zorder=2.5,
        gid="dashed",
    )
    return medians[y].to_numpy(dtype=np.float64)


def handle(label: str) -> Line2D:
    """The legend entry that explains the dashed lines."""
    return Line2D([], [], color=GREY, linestyle=DASHES, linewidth=0.9, label=label)
