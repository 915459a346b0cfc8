"""The paper's curves under ours: dotted, with small open markers, in the colour of the curve that they belong to."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sparse_nqs import published
from sparse_nqs.figures import axes
from sparse_nqs.figures.style import GREY, Colour, look_of

DOTS = (0, (0.8, 1.6))
_DESCRIPTION = ["model", "length", "width", "boundary", "coupling", "field", "network"]


def find(
    rounds: pd.DataFrame, study: str, procedures: Iterable[str], quantity: str, mode: str
) -> list[published.Counterpart]:
    """The published curves that may be drawn under a study's, at most one a procedure.

    Args:
        rounds: the rounds table.
        study: the study.
        procedures: those that are drawn.
        quantity: "rel_error", "abs_error_per_site" or "fidelity".
        mode: "none", "shifted" or "unshifted", as in the config.
    """
    rows = rounds[rounds["study"] == study]
    if mode == "none" or rows.empty:
        return []
    description = rows[_DESCRIPTION].iloc[0].to_dict() | {"n_total": int(rows["n_total"].max())}
    found = []
    for procedure in procedures:
        entries = published.counterparts(description, procedure, quantity)
        entries = [entry for entry in entries if entry.can_overlay][:1]
        if mode == "shifted":
            entries = [entry._replace(curve=published.corrected(entry.curve)) for entry in entries]
        found += entries
    return found


class Under(NamedTuple):
    """A published curve and how the curve of ours that it lies under is drawn."""

    entry: published.Counterpart
    colour: Colour
    marker: str


def draw(ax: Axes, found: list[Under], *, x: str, log: bool) -> None:
    """Draw published curves and widen the axes' limits to hold them; call it when they are set for our own.

    One published curve may be the counterpart of several of ours; then it is drawn once, in grey. A shift can make
    errors negative: such points are left out on a logarithmic axis.
    """
    by_curve: dict[tuple[str, str], list[Under]] = {}
    for under in found:
        by_curve.setdefault((under.entry.curve.figure, under.entry.curve.name), []).append(under)
    for group in by_curve.values():
        curve = group[0].entry.curve
        xs, ys = getattr(curve, x), curve.value
        if log:
            xs, ys = xs[ys > 0], ys[ys > 0]
        ax.plot(
            xs,
            ys,
            color=group[0].colour if len(group) == 1 else GREY,
            linestyle=DOTS,
            linewidth=0.8 * look_of(ax).line_width,
            marker=group[0].marker,
            markersize=1.4 * look_of(ax).line_width,
            markerfacecolor="white",
            markeredgewidth=0.4,
            alpha=0.75,
            zorder=1.5,
            gid="published",
        )
        _widen(ax, "x", xs, log=True)
        _widen(ax, "y", ys, log=log)


def handles(found: list[Under]) -> list[Line2D]:
    """The legend's entry, none without curves: the figures, and what differs from the print or from ours."""
    if not found:
        return []
    entries = [under.entry for under in found]
    text = f"paper, Fig. {', '.join(dict.fromkeys(entry.curve.figure for entry in entries))}"
    remarks = []
    if any(entry.curve.is_shifted for entry in entries):
        remarks.append("$E_0$ corrected")
    if any(entry.network for entry in entries):
        remarks.append("other width")
    remarks += dict.fromkeys(rf"$\kappa={entry.curve.field:g}$" for entry in entries if entry.system)
    if remarks:
        text += f" ({', '.join(remarks)})"
    look: dict[str, Any] = {
        "color": GREY,
        "linestyle": DOTS,
        "marker": "o",
        "markersize": 2.0,
        "markerfacecolor": "white",
    }
    return [Line2D([], [], linewidth=0.9, markeredgewidth=0.5, label=text, **look)]


def _widen(ax: Axes, which: str, values: np.ndarray, *, log: bool) -> None:
    low, high = getattr(ax, f"get_{which}lim")()
    if values.min() >= low and values.max() <= high:
        return
    low, high = min(low, values.min()), max(high, values.max())
    if log:
        axes.set_log(ax, which, low, high, pad=0.02)
    else:
        axes.set_linear(ax, low, high, pad=0.02)
