"""Axes: logarithmic scales with sane ticks, marked abscissae, panel letters and legends outside the data."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.ticker import (
    AutoMinorLocator,
    FuncFormatter,
    LogLocator,
    MaxNLocator,
    NullFormatter,
    NullLocator,
)

from sparse_nqs.figures.style import GREY, LABELS
from sparse_nqs.members.loading import load, names


def label(column: str) -> str:
    """The axis label of a column.

    Raises:
        ValueError: if the column is none that figures draw.
    """
    if column in LABELS:
        return LABELS[column]
    if column not in names("columns"):
        allowed = ", ".join([*LABELS, *names("columns")])
        raise ValueError(f"no axis is known for column {column!r}; allowed are {allowed}")
    return str(getattr(load("columns", column), "LABEL", column))


def set_log(ax: Axes, which: str, low: float, high: float, *, pad: float = 0.05, least: float = 10.0) -> None:
    """Make an axis logarithmic over a range, with labels that stay apart.

    Args:
        ax: the axes.
        which: "x" or "y".
        low: the smallest position; with `high` nan if there are no data.
        high: the largest position.
        pad: margin on either side, as a part of the axis.
        least: the smallest ratio of the limits, so that some ticks have labels.
    """
    if not low > 0:
        low, high = 1e-6, 1.0
    middle, half = np.log10(low * high) / 2, np.log10(high / low) / 2
    half = max(half, np.log10(least) / 2) * (1 + 2 * pad)
    low, high = 10 ** (middle - half), 10 ** (middle + half)
    getattr(ax, f"set_{which}scale")("log")
    getattr(ax, f"set_{which}lim")(low, high)
    axis = getattr(ax, f"{which}axis")
    decades = 2 * half
    subs = (1.0,) if decades >= 2.2 else (1.0, 2.0, 5.0)
    axis.set_major_locator(LogLocator(subs=subs, numticks=9))
    if decades > 10:
        axis.set_minor_locator(NullLocator())
    else:
        axis.set_minor_locator(LogLocator(subs=range(2, 10), numticks=100))
    axis.set_minor_formatter(NullFormatter())
    plain = low >= 5e-3 and high <= 2e3
    axis.set_major_formatter(FuncFormatter(lambda value, _: _number(value, plain=plain)))


def set_linear(ax: Axes, low: float, high: float, *, pad: float = 0.05) -> None:
    """Set the range of a linear y axis, at least 0.02 wide; (nan, nan) leaves it as it is."""
    if np.isnan(low):
        return
    half = max(high - low, 0.02) / 2 * (1 + 2 * pad)
    ax.set_ylim((low + high) / 2 - half, (low + high) / 2 + half)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    ax.yaxis.set_minor_locator(AutoMinorLocator(2))


def including(low: float, high: float, value: float | None) -> tuple[float, float]:
    """A range made wide enough for one more value."""
    return (low, high) if value is None else (min(low, value), max(high, value))


def mark_rho(ax: Axes, rho: float | None) -> list[Line2D]:
    """Draw a vertical line at a number of weights per spin and return its legend entry, none for None."""
    if rho is None:
        return []
    line = ax.axvline(
        rho,
        color=GREY,
        linestyle=(0, (1, 1.5)),
        linewidth=1.0,
        zorder=1,
        label=rf"$\rho={rho:g}$",
        gid="mark",
    )
    return [line]


def letter(ax: Axes, index: int) -> None:
    """Put the letter of a panel outside its upper left corner, where there are no data."""
    ax.annotate(
        f"({'abcdefghijklmnopqrstuvwxyz'[index]})",
        (0, 1),
        xytext=(-22, 3),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="center",
        va="bottom",
    )


def legend_above_figure(figure: Figure, handles: Sequence[Artist]) -> None:
    """A legend above all axes of a figure; the axes make room for it."""
    _fit(figure.legend, handles, figure.bbox.width, loc="outside upper center")


def legend_above_axes(ax: Axes, handles: Sequence[Artist], width: float) -> None:
    """A legend above one panel, at most a part `width` of the figure wide; the axes make room for it."""
    _fit(ax.legend, handles, width * ax.figure.bbox.width, loc="lower center", bbox_to_anchor=(0.5, 1.0))


def _fit(make: Callable[..., Legend], handles: Sequence[Artist], width: float, **options: Any) -> None:
    """Make a legend in as few rows as fit into a width in pixels, filled evenly."""
    count = len(handles)
    for rows in range(1, count + 1):
        legend = make(handles=list(handles), ncols=-(-count // rows), **options)
        if rows == count or legend.get_window_extent().width <= width:
            return
        legend.remove()


def _number(value: float, *, plain: bool) -> str:
    if plain:
        return f"{value:g}"
    exponent = int(np.floor(np.log10(value) + 1e-9))
    mantissa = round(value / 10.0**exponent)
    return rf"$10^{{{exponent}}}$" if mantissa == 1 else rf"${mantissa}\times10^{{{exponent}}}$"
