"""Values that have no place of their own on an axis, and how they are shown instead of being dropped.

A sampled energy can lie below the reference by noise, an exact one can meet it to rounding, a reference from
DMRG can lie above the network, and a training can diverge. On a logarithmic axis each gets a mark of its own:

- `limit`: not resolved, that is less than one standard error above zero and at most three below: an arrow
  down from one standard error above the value, or above zero if the value is negative;
- `below`: below zero by more than that: an open symbol at the magnitude;
- `rounding`: zero to rounding, without a standard error: a triangle at the lower edge of the axes;
- `diverged`: not a number or infinite: a cross at the upper edge.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.path import Path

from sparse_nqs.figures.style import Colour, look_of

ROUNDING = 1e-12
SIGMAS = 3.0

# A bar at the value with an arrow below it; drawn as lines only.
ARROW = Path(
    [(-0.6, 0.0), (0.6, 0.0), (0.0, 0.0), (0.0, -1.8), (-0.5, -1.1), (0.0, -1.8), (0.5, -1.1)],
    [Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO, Path.LINETO],
)

LABELS = {
    "limit": r"upper limit ($1\sigma$)",
    "below": r"$|E-E_0|$ of $E<E_0$",
    "rounding": r"$E_0$ to rounding",
    "diverged": "diverged",
}
# A variance is never below zero.
OF_VARIANCE = {"rounding": "zero to rounding"}


class Placed(NamedTuple):
    """Where values go on an axis.

    Attributes:
        shown: float64 (R,), the position; nan for marks at an edge.
        mark: str (R,), empty for ordinary values, otherwise a key of `LABELS`.
    """

    shown: np.ndarray
    mark: np.ndarray


def place(values: np.ndarray, errors: np.ndarray, *, log: bool) -> Placed:
    """Find the position and the mark of every value.

    Args:
        values: float (R,).
        errors: float (R,), one standard error, 0 where exact.
        log: whether the axis is logarithmic; on a linear one only `diverged` is a special case.
    """
    values = np.asarray(values, dtype=np.float64)
    errors = np.nan_to_num(np.asarray(errors, dtype=np.float64), posinf=0.0)
    mark = np.full(values.shape, "", dtype="U8")
    shown = values.copy()
    if log:
        rounding = (np.abs(values) <= ROUNDING) & (errors <= ROUNDING)
        limit = (values < errors) & (values >= -SIGMAS * errors) & ~rounding
        below = (values < 0) & ~limit & ~rounding
        mark[limit], mark[below], mark[rounding] = "limit", "below", "rounding"
        shown[limit] = np.maximum(values[limit], 0.0) + errors[limit]
        shown[below] = -values[below]
        shown[rounding] = np.nan
    lost = ~np.isfinite(values)
    mark[lost] = "diverged"
    shown[lost] = np.nan
    return Placed(shown, mark)


def draw(ax: Axes, x: np.ndarray, placed: Placed, *, colour: Colour, marker: str) -> None:
    """Draw the special marks of a curve; ordinary values are the curve's own.

    Args:
        ax: axes whose limits may still change: marks at an edge are placed relative to it.
        x: float64 (R,), the abscissae.
        placed: R of each, from `place`.
        colour: the curve's.
        marker: the curve's.
    """
    size = look_of(ax).line_width * 2.4 + 1.6
    edge = ax.get_xaxis_transform()
    for name in LABELS:
        chosen = placed.mark == name
        if not chosen.any():
            continue
        style = _appearance(name, colour, marker, size)
        match name:
            case "rounding":
                ax.plot(x[chosen], np.full(chosen.sum(), 0.03), transform=edge, gid=name, **style)
            case "diverged":
                ax.plot(x[chosen], np.full(chosen.sum(), 0.97), transform=edge, gid=name, **style)
            case _:
                ax.plot(x[chosen], placed.shown[chosen], gid=name, **style)


def handles(axes: Sequence[Axes], colour: str, *, of: str = "error") -> list[Line2D]:
    """Legend entries for the special marks that occur in these axes.

    Args:
        axes: the axes.
        colour: of the entries.
        of: "error" where the axes show errors of the energy, "variance" where they show its variance.
    """
    labels = LABELS | (OF_VARIANCE if of == "variance" else {})
    present = {line.get_gid() for ax in axes for line in ax.get_lines()}
    size = look_of(axes[0]).line_width * 2.4 + 1.6
    return [
        Line2D([], [], label=label, **_appearance(name, colour, "o", size))
        for name, label in labels.items()
        if name in present
    ]


def _appearance(name: str, colour: Colour, marker: str, size: float) -> dict[str, Any]:
    common = {"linestyle": "none", "markeredgecolor": colour, "markeredgewidth": 0.9, "zorder": 4}
    match name:
        case "limit":
            return {**common, "marker": ARROW, "markersize": 2.0 * size, "markerfacecolor": "none"}
        case "rounding":
            return {**common, "marker": "v", "markersize": size, "markerfacecolor": colour}
        case "below":
            return {**common, "marker": marker, "markersize": size, "markerfacecolor": "white"}
        case _:
            return {**common, "marker": "x", "markersize": size, "clip_on": False}
