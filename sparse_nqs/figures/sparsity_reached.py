"""Figure kind `sparsity_reached`: how sparse networks may be until their error is some times the dense one.

A bar a procedure, grouped by study: the median over the seeds, with their range and each seed as a point. An arrow says
that the error stayed below at all rounds, so that the true value lies further out.
Options: `studies` (list), `factor` (of the dense network's error).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedFormatter, FixedLocator, NullFormatter, NullLocator

from sparse_nqs.analysis.sparsity import sparsity_reached
from sparse_nqs.figures import axes, rows, uncertainty, words
from sparse_nqs.figures.style import GREY, PROCEDURES, Look, new_figure

BAR_MM = 3.6
GAP = 0.8  # between studies, in bars
# n_dense / n at which the axis carries the sparsity 1 - n / n_dense.
TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    found = _found(tables, figure)
    rows_of = [(study, name) for study, table in found.items() for name in _procedures(table)]
    # A study without a resolved dense error keeps its place.
    empty = [study for study, table in found.items() if table.empty]
    height = BAR_MM * (len(rows_of) + (1 + GAP) * len(found)) + 26
    drawn = new_figure(look, columns=1, height_mm=height)
    ax = drawn.subplots()
    position, ticks, labels, furthest = 0.0, [], [], 2.0
    for study, table in found.items():
        names = _procedures(table)
        ticks.append(position + max(len(names) - 1, 0) / 2)
        labels.append(study)
        for name in names:
            furthest = max(furthest, _bar(ax, table[table["procedure"] == name], name, position))
            position += 1.0
        if study in empty:
            ax.text(1.05, position, "dense error not resolved", va="center", fontsize=look.font_size - 1.5)
            position += 1.0
        position += GAP
    ax.set_xscale("log")
    ax.set_xlim(1.0, 1.25 * furthest)
    shown = [tick for tick in TICKS if tick <= 1.25 * furthest]
    ax.xaxis.set_major_locator(FixedLocator(shown))
    ax.xaxis.set_major_formatter(FixedFormatter([f"{100 * (1 - 1 / tick):.4g}%" for tick in shown]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_ylim(position - GAP / 2, -GAP)
    ax.set_yticks(ticks, labels)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(rf"{axes.label('sparsity')} at ${figure['factor']:g}\times$ the dense error")
    drawn_procedures = [name for name in PROCEDURES if any(name == other for _, other in rows_of)]
    handles: list[Artist] = [
        Patch(facecolor=PROCEDURES[name].colour, label=PROCEDURES[name].label) for name in drawn_procedures
    ]
    point: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 3.0, "markeredgewidth": 0.5}
    handles.append(Line2D([], [], markerfacecolor="white", markeredgecolor=GREY, label="a seed", **point))
    if any(table["is_bound"].any() for table in found.values()):
        handles.append(
            Line2D([], [], linestyle="none", marker=">", color=GREY, markersize=3.5, label="or more")
        )
    axes.legend_above_figure(drawn, handles)
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    rounds, studies = tables["rounds"], list(figure["studies"])
    shown = (
        f"The sparsity at which the error reaches {figure['factor']:g} times that of the seed's own dense "
        "network: bars "
        "are medians over the seeds, lines their range, points the seeds. Arrows: still below at the last "
        "round. Between rounds ln(error) is interpolated in ln(n), after a monotone fit."
    )
    said = []
    for study, table in _found(tables, figure).items():
        parts = []
        for name in _procedures(table):
            part = table[table["procedure"] == name]
            sparsity = 1 - (part["n_active"] / part["n_total"]).median()
            more = " or more" if part["is_bound"].any() else ""
            parts.append(f"{words.PROCEDURES[name]} {100 * sparsity:.3g} %{more}")
        said.append(f"``{study}``: {', '.join(parts) or 'the dense error is not resolved'}.")
    there = {name for table in _found(tables, figure).values() for name in _procedures(table)}
    if {"t_init_rand", "t_init_imp"} <= there:
        said.append("A shorter bar of T(init, rand) than of T(init, imp) says that connectivity matters.")
    if {"t_rand_imp", "t_init_imp"} <= there:
        said.append(
            "A shorter bar of T(rand, imp) than of T(init, imp) says that the initial weights matter."
        )
    if len(there) > 1:
        said.append("With few seeds only gaps beyond their range count.")
    drawn = rounds[rounds["study"].isin(studies)]
    noise = uncertainty.noise(
        drawn, "an error below its standard error counts as one standard error above zero"
    )
    seeds = f"{uncertainty.seeds(drawn, bands=False)} {noise}"
    return words.page(shown, words.systems(rounds, studies), seeds, said)


def _found(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    found = {}
    for study in figure["studies"]:
        rows.select(tables["rounds"], "rounds", study=study, procedure="dense")
        found[study] = sparsity_reached(tables["rounds"], study, float(figure["factor"]))
    return found


def _procedures(table: pd.DataFrame) -> list[str]:
    return [name for name in PROCEDURES if (table["procedure"] == name).any()]


def _bar(ax: Axes, part: pd.DataFrame, name: str, position: float) -> float:
    """Draw one bar and return how far it reaches."""
    compression = (part["n_total"] / part["n_active"]).to_numpy(dtype=np.float64)
    middle, colour = float(np.exp(np.median(np.log(compression)))), PROCEDURES[name].colour
    ax.barh(position, middle - 1.0, left=1.0, height=0.82, color=colour, linewidth=0, zorder=2, gid="bar")
    if len(compression) > 1:
        ax.plot(
            [compression.min(), compression.max()],
            [position, position],
            color="black",
            linewidth=0.8,
            zorder=3,
            gid="range",
        )
    for bound, marker in ((False, "o"), (True, ">")):
        chosen = compression[part["is_bound"].to_numpy(dtype=bool) == bound]
        ax.plot(
            chosen,
            np.full(len(chosen), position),
            linestyle="none",
            marker=marker,
            markersize=3.0,
            markerfacecolor="white" if marker == "o" else GREY,
            markeredgecolor=GREY,
            markeredgewidth=0.5,
            zorder=4,
            gid="seed",
        )
    return float(compression.max())
