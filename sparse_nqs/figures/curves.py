"""Curves with a band over the seeds: the one way in which every figure shows a trajectory."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sparse_nqs.figures import marks
from sparse_nqs.figures.style import BAND_ALPHA, GREY, Colour, look_of

MANY = 25
# A part of the value: a shorter bar, such as exact diagonalisation's rounding, cannot be seen and gets no caps.
SEEN = 1e-4


class SeedCurve(NamedTuple):
    """A quantity along a trajectory, over its seeds.

    Attributes:
        x: float64 (K,), ascending.
        middle: float64 (K,), the median over the seeds (of the logarithm on a logarithmic axis); nan, a gap,
            where no seed has more than an upper limit.
        low: float64 (K,), the smallest seed; nan where `middle` is.
        high: float64 (K,), the largest seed; nan where `middle` is.
        bar: float64 (K,), the median standard error of a seed; 0 where exact.
        ordinary: bool (K,), whether any seed has an ordinary value there, to be shown as the curve's marker.
        seeds: the number of seeds.
        special_x: float64 (R,), positions of all single values, for their marks.
        special: their `marks.Placed`, R of each.
    """

    x: np.ndarray
    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray
    bar: np.ndarray
    ordinary: np.ndarray
    seeds: int
    special_x: np.ndarray
    special: marks.Placed


def over_seeds(rows: pd.DataFrame, *, x: str, y: str, step: str = "round", log: bool) -> SeedCurve:
    """Reduce the rows of one trajectory to its curve.

    Args:
        rows: the rows of one study and procedure, all seeds; `<y>_error` holds the standard errors.
        x: column of the abscissa; equal for all seeds of a step.
        y: column of the ordinate.
        step: the column that numbers the steps of the trajectory.
        log: whether the ordinate's axis is logarithmic.

    Raises:
        ValueError: if a column is missing.
    """
    missing = [name for name in (x, y, f"{y}_error", step) if name not in rows.columns]
    if missing:
        raise ValueError(f"the table has no column {missing[0]!r}")
    errors = rows[f"{y}_error"].to_numpy(dtype=np.float64)
    placed = marks.place(rows[y].to_numpy(dtype=np.float64), errors, log=log)
    frame = pd.DataFrame(
        {
            "step": rows[step].to_numpy(),
            "x": rows[x].to_numpy(dtype=np.float64),
            "y": np.log(placed.shown) if log else placed.shown,
            "bar": np.nan_to_num(errors, posinf=0.0),
            "ordinary": placed.mark == "",
            "measured": (placed.mark == "") | (placed.mark == "below"),
        }
    )
    grouped = frame.groupby("step", sort=True).agg(
        x=("x", "median"),
        middle=("y", "median"),
        low=("y", "min"),
        high=("y", "max"),
        bar=("bar", "median"),
        ordinary=("ordinary", "any"),
        measured=("measured", "any"),
    )
    grouped = grouped.sort_values("x", kind="stable")
    grouped.loc[~grouped["measured"], ["middle", "low", "high"]] = np.nan
    middle, low, high = (grouped[name].to_numpy() for name in ("middle", "low", "high"))
    if log:
        middle, low, high = np.exp(middle), np.exp(low), np.exp(high)
    return SeedCurve(
        x=grouped["x"].to_numpy(),
        middle=middle,
        low=low,
        high=high,
        bar=grouped["bar"].to_numpy(),
        ordinary=grouped["ordinary"].to_numpy(dtype=bool),
        seeds=int(rows["seed"].nunique()),
        special_x=frame["x"].to_numpy(),
        special=placed,
    )


def draw(
    ax: Axes,
    curve: SeedCurve,
    *,
    colour: Colour,
    marker: str,
    label: str,
    line: str = "-",
    line_scale: float = 1.0,
    zorder: float = 3.0,
) -> Line2D:
    """Draw a curve: line and markers at the median, band over the seeds, standard errors, special marks.

    Returns:
        The line, for the legend.
    """
    if curve.seeds > 1:
        ax.fill_between(
            curve.x,
            curve.low,
            curve.high,
            color=colour,
            alpha=BAND_ALPHA,
            linewidth=0,
            zorder=zorder - 1,
            gid="band",
        )
        # A band has no area where it has no neighbour.
        there = np.pad(np.isfinite(curve.low), 1)
        alone = there[1:-1] & ~there[:-2] & ~there[2:]
        if alone.any():
            ax.vlines(
                curve.x[alone],
                curve.low[alone],
                curve.high[alone],
                color=colour,
                alpha=BAND_ALPHA,
                linewidth=4.0,
                zorder=zorder - 1,
                gid="range",
            )
    uncertain = curve.ordinary & (curve.bar > SEEN * np.abs(curve.middle))
    if uncertain.any():
        ax.errorbar(
            curve.x[uncertain],
            curve.middle[uncertain],
            yerr=curve.bar[uncertain],
            fmt="none",
            ecolor=colour,
            elinewidth=0.7,
            capsize=1.4,
            capthick=0.7,
            zorder=zorder,
        )
    (drawn,) = ax.plot(
        curve.x,
        curve.middle,
        color=colour,
        linestyle=line,
        marker=marker,
        markersize=_marker_size(ax, marker, len(curve.x)),
        linewidth=line_scale * look_of(ax).line_width,
        markeredgecolor="white",
        markeredgewidth=0.4 if len(curve.x) <= MANY else 0.2,
        markevery=list(np.flatnonzero(curve.ordinary)),
        label=label,
        zorder=zorder,
        gid="curve",
    )
    marks.draw(ax, curve.special_x, curve.special, colour=colour, marker=marker)
    return drawn


def _marker_size(ax: Axes, marker: str, count: int) -> float:
    """The size in points: smaller markers for long trajectories, larger stars, which fill little of a square."""
    size = 2.4 * look_of(ax).line_width + 0.4
    return size * (0.8 if count > MANY else 1.0) * (2.2 if marker == "*" else 1.0)


def extent(curves: list[SeedCurve], *, x: bool = False) -> tuple[float, float]:
    """The smallest and largest position of the curves along y, or along x; (nan, nan) if they have none."""
    values = np.concatenate([curve.special_x if x else curve.special.shown for curve in curves])
    values = values[np.isfinite(values)]
    if values.size == 0:
        return float("nan"), float("nan")
    return float(values.min()), float(values.max())


def band_handle(seeds: int, of: str = "seeds") -> list[Patch]:
    """The legend entry that explains the bands, if there are any."""
    if seeds < 2:
        return []
    return [Patch(facecolor=GREY, alpha=1.5 * BAND_ALPHA, linewidth=0, label=f"range of {seeds} {of}")]
