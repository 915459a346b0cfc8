"""An inset in the emptiest corner of a panel. If none is empty, the panel grows upwards until one is."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator

from sparse_nqs.figures import axes, variance_panel
from sparse_nqs.figures.style import look_of

# Left, bottom, width and height of the inset with its labels, in parts of the panel.
CORNERS = {"right": (0.45, 0.54, 0.55, 0.46), "left": (0.0, 0.0, 0.55, 0.46)}
LABELS = (0.19, 0.13)  # of the inset's labels, to the left and below
MARGIN = 0.03
MOST_GROWTH = 6.0  # decades


def draw(ax: Axes, dense: list[variance_panel.Dense], *, published: bool) -> None:
    """Draw energy against variance of dense networks in a corner of a panel whose limits are settled."""
    corner = _empty_corner(ax)
    left, bottom, width, height = CORNERS[corner]
    box = (
        left + LABELS[0],
        bottom + LABELS[1],
        width - LABELS[0] - MARGIN,
        height - LABELS[1] - MARGIN,
    )
    small = ax.inset_axes(box)
    small.set_gid("inset")
    handles = variance_panel.draw(small, dense, coloured=False)
    handles[-1].set_label("$E_0/N$")
    if published:
        handles += variance_panel.draw_published(small, dense)
    # Only decades have room for labels, and at least two of them must be seen.
    axes.set_log(small, "x", *small.get_xlim(), least=200.0, pad=0.0)
    small.xaxis.set_major_locator(LogLocator(numticks=4))
    size = look_of(ax).font_size - 2.0
    small.tick_params(labelsize=size, length=1.6, pad=1.5)
    small.tick_params(which="minor", length=0.8)
    small.set_xlabel(axes.label("variance_per_site").split(" ", 3)[-1], fontsize=size, labelpad=0.5)
    small.set_ylabel("$E/N$", fontsize=size, labelpad=0.5)
    small.legend(
        handles=handles,
        fontsize=size,
        handletextpad=0.2,
        handlelength=1.2,
        labelspacing=0.15,
        borderaxespad=0.2,
        loc="best",
    )


def _empty_corner(ax: Axes) -> str:
    low, high = ax.get_ylim()
    for growth in np.arange(0.0, MOST_GROWTH, 0.25):
        axes.set_log(ax, "y", low, high * 10**growth, pad=0.0)
        for corner, box in CORNERS.items():
            if not _has_data(ax, box):
                return corner
    return "right"


def _has_data(ax: Axes, box: tuple[float, float, float, float]) -> bool:
    left, bottom, width, height = box
    for line in ax.get_lines():
        if line.get_gid() not in ("curve", "published"):
            continue
        points = ax.transAxes.inverted().transform(
            ax.transData.transform(_dense(np.asarray(line.get_xydata())))
        )
        inside = (points[:, 0] > left) & (points[:, 0] < left + width)
        inside &= (points[:, 1] > bottom) & (points[:, 1] < bottom + height)
        if inside.any():
            return True
    return False


def _dense(points: np.ndarray) -> np.ndarray:
    """The points with nine more on each stretch between two, on logarithmic axes."""
    at = np.arange(len(points))
    fine = np.linspace(0, len(points) - 1, 10 * (len(points) - 1) + 1) if len(points) > 1 else at
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(points)
    return np.exp(np.column_stack([np.interp(fine, at, column) for column in logs.T]))
