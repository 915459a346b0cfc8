"""Figure kind `plaquette_network`: toric code, energy and variance of the analytic network against its weight.

Panels: energy error per spin and variance of the energy per spin, both logarithmic. Lines are the closed form, markers
sums over all configurations or sampled values.

Options: `lengths`, `weights`, `evaluation`, `seed`; all of them concern the table, which has what they ask for.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sparse_nqs.figures import axes, marks, words
from sparse_nqs.figures.style import GREY, SCAN_MARKERS, Colour, Look, new_figure, scan_colours

PANELS = ("excess_per_site", "variance_per_site")
# An event of probability 1.148 / C occurs in none of C chains with a probability of 32 %: the limit of one standard
# error.
NO_EVENT = -np.log(1 - 0.6827)
# A configuration with a pair of violated plaquettes adds this to the energy, and to the variance if it is rare.
PAIR = {"excess_per_site": 4.0, "variance_per_site": 16.0}
METHODS = {"exact": "sum over all configurations", "sampled": "sampled"}


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    table = with_limits(tables["plaquette_networks"])
    lengths = sorted(table["length"].unique())
    drawn = new_figure(look, columns=2, height_mm=72)
    panels = drawn.subplots(1, 2)
    handles: dict[str, Line2D] = {}
    for index, (ax, column) in enumerate(zip(panels, PANELS, strict=True)):
        extents = []
        for position, (length, colour) in enumerate(zip(lengths, scan_colours(len(lengths)), strict=True)):
            part = table[table["length"] == length].sort_values("weight")
            form = part[part["method"] == "closed_form"]
            (line,) = ax.plot(
                form["weight"], form[column], color=colour, label=f"$L={length}$, closed form", gid="curve"
            )
            handles.setdefault(str(line.get_label()), line)
            extents.append(form[column].to_numpy())
            for method, rows in part[part["method"] != "closed_form"].groupby("method"):
                label = f"$L={length}$, {METHODS[str(method)]}"
                marker = SCAN_MARKERS[position % len(SCAN_MARKERS)]
                points, shown = _points(ax, rows, column, colour=colour, marker=marker, label=label)
                handles.setdefault(label, points)
                extents.append(shown)
        every = np.concatenate(extents)
        every = every[np.isfinite(every)]
        axes.set_log(ax, "y", every.min(), every.max())
        ax.set_xlim(0.0, 1.04 * table["weight"].max())
        ax.set_xlabel(axes.label("network_weight"))
        ax.set_ylabel(axes.label(column))
        axes.letter(ax, index)
    axes.legend_above_figure(drawn, [*handles.values(), *marks.handles(panels, GREY)])
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    table = tables["plaquette_networks"]
    lengths = sorted(table["length"].unique())
    measured = table[table["method"] != "closed_form"]
    shown = (
        "(a) Energy error per spin and (b) variance of the energy per spin of the analytic network of odd plaquettes, "
        "eight hidden units a plaquette, against the magnitude W of its weights. Lines: closed form. The ground energy "
        "is -1 per spin."
    )
    system = "; ".join(
        f"{words.model('toric_code')}, {length} x {length}, {16 * 2 * length**2} weights"
        for length in lengths
    )
    sampled = measured[measured["method"] == "sampled"]
    seeds = "No training."
    if len(sampled):
        count = sampled["n_samples"].max()
        names = " and ".join(f"{length} x {length}" for length in sorted(sampled["length"].unique()))
        seeds += (
            f" The values of {names} are sampled, with {count:g} samples of {sampled['chains'].max():g} independent "
            f"chains and seed {figure.get('seed', 0)}; bars are standard errors."
        )
        blind = sampled["excess_per_site_error"].isna().sum()
        if blind:
            seeds += (
                f" At {blind} of {len(sampled)} weights no sample has a violated plaquette: the arrow is what as many "
                "configurations as there are chains would not see either, with probability 0.32."
            )
    said = [_decay(table, length) for length in lengths]
    joined = measured.merge(
        table[table["method"] == "closed_form"], on=["length", "weight"], suffixes=("", "_form")
    )
    for length, part in joined.groupby("length"):
        said.append(_agreement(part, f"{length} x {length}"))
    return words.page(shown, f"{system}.", seeds, said)


def with_limits(table: pd.DataFrame) -> pd.DataFrame:
    """The table with errors for samples that are all alike: what so many independent samples could miss.

    That is 1.148 pairs of violated plaquettes in as many configurations as there are chains, which are independent
    whatever the autocorrelation within a chain.
    """
    limited = table.copy()
    for column in PANELS:
        limit = PAIR[column] * NO_EVENT / (table["chains"] * table["n_sites"])
        limited[f"{column}_error"] = table[f"{column}_error"].fillna(limit)
    return limited


def _points(
    ax: Axes, rows: pd.DataFrame, column: str, *, colour: Colour, marker: str, label: str
) -> tuple[Line2D, np.ndarray]:
    """Draw measured values, with bars and special marks; the legend's entry, and where they are."""
    x, y, errors = (rows[name].to_numpy(dtype=np.float64) for name in ("weight", column, f"{column}_error"))
    placed = marks.place(y, errors, log=True)
    ordinary = placed.mark == ""
    barred = ordinary & (errors > 0)
    if barred.any():
        ax.errorbar(
            x[barred], y[barred], yerr=errors[barred], fmt="none", ecolor=colour, elinewidth=0.7, capsize=1.4
        )
    (points,) = ax.plot(
        x[ordinary],
        y[ordinary],
        linestyle="none",
        marker=marker,
        markersize=4.0,
        color=colour,
        markeredgecolor="white",
        label=label,
        zorder=3,
        gid="measured",
    )
    marks.draw(ax, x, placed, colour=colour, marker=marker)
    return points, placed.shown


def _decay(table: pd.DataFrame, length: int) -> str:
    """How fast the closed form falls at the largest weights."""
    form = table[(table["length"] == length) & (table["method"] == "closed_form")].sort_values("weight")
    last = form.iloc[-2:]
    rates = [float(-np.diff(np.log(last[column]))[0] / np.diff(last["weight"])[0]) for column in PANELS]
    weight, error, variance = (words.number(last[name].iloc[-1]) for name in ("weight", *PANELS))
    return (
        f"{length} x {length}: at W = {weight} the energy error falls as exp(-{rates[0]:.3g} W), the variance as "
        f"exp(-{rates[1]:.3g} W); they are {error} and {variance} per spin."
    )


def _agreement(part: pd.DataFrame, name: str) -> str:
    """How far measured values lie from the closed form, all of one size and method."""
    offs = [part[column] - part[f"{column}_form"] for column in PANELS]
    if part["method"].iloc[0] == "exact":
        largest = max(float(off.abs().max()) for off in offs)
        return f"{name}: sums over all configurations differ from the closed form by at most {words.number(largest)}."
    pulls = [
        (off / part[f"{column}_error"])[part[f"{column}_error"] > 0].abs()
        for off, column in zip(offs, PANELS, strict=True)
    ]
    if pulls[0].empty:
        return f"{name}: no sample has a violated plaquette at any of the weights."
    return (
        f"{name}: sampled energies lie at most {words.number(pulls[0].max())} standard errors from the closed form, "
        f"variances at most {words.number(pulls[1].max())} ({len(pulls[0])} weights)."
    )
