"""Figure kind `hidden_units`: the surviving weights of every hidden unit, drawn on the lattice.

Toric code: on the edges of the torus, with units that are exactly one plaquette marked; else: on the sites.
Options: `study`, `seed`, `round`.
"""

import textwrap
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from sparse_nqs.figures import axes, lattice, rows, words
from sparse_nqs.figures.style import (
    FAINT,
    GREY,
    MM_PER_INCH,
    PROCEDURES,
    Look,
    new_figure,
    weight_colours,
    width_mm,
)

FEW = 8  # up to so many units fit into one column of the journal
TALLEST_MM = 190.0  # of all panels together
MARGIN_MM = 1.0
LINE_MM = 0.51  # of the text above, a point of the font
NUMBERS_FROM_MM = 9.0  # panels smaller than this carry no unit number
POINTS_PER_MM = 72 / MM_PER_INCH
UNIT_SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
GAP = np.array([0.55, 0.95])  # between panels, in lattice constants


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    state = _state(tables, figure)
    model, length, width = (
        rows.constant(state, name, figure["study"]) for name in ("model", "length", "width")
    )
    toric = model == "toric_code"
    extent = (int(length), int(length if toric else width))
    units = lattice.units(state, toric_length=extent[0] if toric else None)

    columns = 1 if len(units) <= FEW else 2
    inner_mm = width_mm(look, columns) - 2 * MARGIN_MM
    pitch = np.array(extent) + GAP
    across = _across(len(units), inner_mm, pitch[1] / pitch[0])
    down = -(-len(units) // across)
    unit_mm = inner_mm / (across * pitch[0])  # of one lattice constant
    offsets = [np.array([k % across, -(k // across)]) * pitch for k in range(len(units))]
    # A letter of this font is about 0.43 of its size wide.
    lines = textwrap.wrap(
        _words(state, units, figure, toric), int(inner_mm * POINTS_PER_MM / (0.43 * look.font_size))
    )

    panels_mm, top_mm = down * pitch[1] * unit_mm, LINE_MM * look.font_size * len(lines) + MARGIN_MM
    bar_mm = 5.0 + 0.9 * look.font_size  # the colour bar with its labels
    drawn = new_figure(look, columns=columns, height_mm=bar_mm + panels_mm + top_mm, layout=None)
    place = _Page(inner_mm + 2 * MARGIN_MM, bar_mm + panels_mm + top_mm)
    ax = drawn.add_axes(place(MARGIN_MM, bar_mm, inner_mm, panels_mm))
    ax.set_axis_off()
    ax.set_xlim(-GAP[0] / 2, across * pitch[0] - GAP[0] / 2)
    ax.set_ylim(offsets[-1][1] - 0.25, pitch[1] - 0.25)
    left, top = place(MARGIN_MM, bar_mm + panels_mm + top_mm - MARGIN_MM, 0, 0)[:2]
    drawn.text(left, top, "\n".join(lines), fontsize=look.font_size - 0.5, ha="left", va="top", gid="words")

    limit = float(np.abs(state["weight"]).max())
    colours = ScalarMappable(Normalize(-limit, limit), weight_colours())
    (_on_edges if toric else _on_sites)(ax, units, offsets, extent, colours, unit_mm * POINTS_PER_MM)
    if unit_mm * pitch[0] >= NUMBERS_FROM_MM:
        for unit, offset in zip(units, offsets, strict=True):
            corner = offset + np.array([0.0, extent[1] + 0.12])
            ax.text(
                corner[0],
                corner[1],
                str(unit.number),
                fontsize=look.font_size - 2.5,
                color=GREY,
                va="bottom",
                ha="left",
            )
    long_mm = min(60.0, 0.6 * inner_mm)
    bar_ax = drawn.add_axes(place(MARGIN_MM + (inner_mm - long_mm) / 2, bar_mm - 3.0, long_mm, 2.0))
    bar = drawn.colorbar(colours, cax=bar_ax, orientation="horizontal")
    bar.set_label(axes.label("weight"))
    bar.outline.set_linewidth(0.5)
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    state = _state(tables, figure)
    first = state.iloc[0]
    toric = first["model"] == "toric_code"
    units = lattice.units(state, toric_length=int(first["length"]) if toric else None)
    shown = (
        "The surviving weights of every hidden unit on the lattice, "
        f"{'edges of the torus' if toric else 'sites'} coloured "
        f"by weight: {words.PROCEDURES[first['procedure']]}, round {figure['round']}, n = {first['n_active']:g}, rho = "
        f"{words.number(first['rho'])}."
    )
    system = (
        f"``{figure['study']}``: {words.model(first['model'])}, {first['length']:g} x {first['width']:g}."
    )
    said = f"{len(units)} hidden units have weights, {words.number(len(state) / len(units))} each on average."
    if toric:
        exact = [unit for unit in units if unit.plaquette is not None]
        odd = sum(unit.odd for unit in exact)
        held = sum(len(unit.sites) for unit in exact) / len(state)
        said += (
            f" {len(exact)} of them are connected to exactly one plaquette and hold {100 * held:.3g} % of the weights; "
            f"{odd} of these have an odd number of negative weights, as the analytic network's all have."
        )
    return words.page(shown, system, f"Seed {figure['seed']} alone.", said)


def _state(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> pd.DataFrame:
    """The weights of the one state that is drawn."""
    return rows.select(
        tables["weights"],
        "weights",
        study=figure["study"],
        seed=figure["seed"],
        procedure="dense" if figure["round"] == 0 else "imp_wr",
        round=figure["round"],
    )


class _Page(NamedTuple):
    """Turns a rectangle in mm into Matplotlib's fractions of the page."""

    width_mm: float
    height_mm: float

    def __call__(
        self, left: float, bottom: float, width: float, height: float
    ) -> tuple[float, float, float, float]:
        return (left / self.width_mm, bottom / self.height_mm, width / self.width_mm, height / self.height_mm)


def _across(count: int, inner_mm: float, aspect: float) -> int:
    """The number of panels in a row: the fewest with which all fit on a page."""
    across = 4 if count <= FEW else 12
    while -(-count // across) * inner_mm / across * aspect > TALLEST_MM:
        across += 1
    return across


def _words(state: pd.DataFrame, units: list[lattice.Unit], figure: Mapping[str, Any], toric: bool) -> str:
    rho, n_active = (rows.constant(state, name, figure["study"]) for name in ("rho", "n_active"))
    name = PROCEDURES["dense" if figure["round"] == 0 else "imp_wr"].label
    text = (
        f"{figure['study']}, seed {figure['seed']}, {name} round {figure['round']}: $n={n_active:g}$, "
        rf"$\rho={rho:.3g}$, {len(units)} hidden units with weights."
    )
    if not toric:
        return text
    exact = [unit for unit in units if unit.plaquette is not None]
    odd = sum(unit.odd for unit in exact)
    return (
        f"{text} Shaded: exactly one plaquette ({len(exact)} units); inside, the sign of the product of its "
        f"weights (\N{MINUS SIGN}: {odd}, +: {len(exact) - odd}). Dotted: the border repeated; thin: weights "
        "repeated with it."
    )


def _on_edges(
    ax: Axes,
    units: list[lattice.Unit],
    offsets: list[np.ndarray],
    extent: tuple[int, int],
    colours: ScalarMappable,
    unit_pt: float,
) -> None:
    """Weights as coloured edges of the torus' extended cell."""
    length = extent[0]
    segments, edges, repeated = lattice.edge_segments(length)
    for chosen, dashes in ((~repeated, "solid"), (repeated, (0, (1, 1.5)))):
        grid = np.concatenate([segments[chosen] + offset for offset in offsets])
        ax.add_collection(
            LineCollection(list(grid), colors=FAINT, linewidths=0.4, linestyles=[dashes], zorder=1)
        )
    squares, lines, values, widths = [], [], [], []
    thick = min(3.0, 0.3 * unit_pt)
    for unit, offset in zip(units, offsets, strict=True):
        if unit.plaquette is not None:
            corner = np.array(lattice.plaquette_corner(unit.plaquette, length)) + offset
            squares.append(corner + UNIT_SQUARE)
            sign = "\N{MINUS SIGN}" if unit.odd else "+"
            ax.text(
                corner[0] + 0.5,
                corner[1] + 0.5,
                sign,
                fontsize=min(7.0, 0.8 * unit_pt),
                color=GREY,
                ha="center",
                va="center",
            )
        weight = dict(zip(unit.sites.tolist(), unit.weights.tolist(), strict=True))
        leading = lattice.leading_copies(segments, edges, unit.sites)
        for segment, site, leads in zip(segments, edges.tolist(), leading, strict=True):
            if site in weight:
                lines.append(segment + offset)
                values.append(weight[site])
                widths.append(thick if leads else 0.35 * thick)
    ax.add_collection(PolyCollection(squares, facecolors="#EEEEEE", linewidths=0, zorder=0, gid="plaquettes"))
    ax.add_collection(
        LineCollection(
            lines, colors=colours.to_rgba(np.array(values)), linewidths=widths, zorder=2, gid="weights"
        )
    )


def _on_sites(
    ax: Axes,
    units: list[lattice.Unit],
    offsets: list[np.ndarray],
    extent: tuple[int, int],
    colours: ScalarMappable,
    unit_pt: float,
) -> None:
    """Weights as coloured squares of the sites; site i = x M + y."""
    length, width = extent
    frame = min(0.35, 0.05 * unit_pt)
    corners = np.array([divmod(site, width) for site in range(length * width)], dtype=np.float64)
    empty = np.concatenate([UNIT_SQUARE + (corners + offset)[:, None] for offset in offsets])
    ax.add_collection(
        PolyCollection(list(empty), facecolors="none", edgecolors=FAINT, linewidths=frame, zorder=1)
    )
    filled = np.concatenate(
        [corners[unit.sites] + offset for unit, offset in zip(units, offsets, strict=True)]
    )
    values = np.concatenate([unit.weights for unit in units])
    ax.add_collection(
        PolyCollection(
            list(UNIT_SQUARE + filled[:, None]),
            facecolors=colours.to_rgba(values),
            edgecolors=GREY,
            linewidths=0.7 * frame,
            zorder=2,
            gid="weights",
        )
    )
