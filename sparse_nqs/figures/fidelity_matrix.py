"""Figure kind `fidelity_matrix`: the fidelities of all pairs of some states, as a heat map.

Options: `matrix` (its name), `quantity` ("fidelity" or "infidelity", the latter on a logarithmic scale).
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.transforms import BboxBase

from sparse_nqs.figures import axes, rows, words
from sparse_nqs.figures.style import MM_PER_INCH, PROCEDURES, Look, new_figure, width_mm

FEW = 18  # up to so many states fit into one column of the journal
NUMBERED = 12  # up to so many states, cells carry their numbers
MARGIN_MM = 1.0
MEASURE_DPI = 600
GAP_MM, BAR_MM = 2.0, 3.0  # between matrix and colour bar, and the bar's width
LEAST_INFIDELITY = 1e-12  # below is rounding
_STATE = ("study", "seed", "procedure", "round")


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    pairs = rows.select(tables["fidelity_pairs"], "fidelity_pairs", matrix=figure["matrix"])
    states, values = matrix(pairs)
    is_fidelity = figure.get("quantity", "fidelity") == "fidelity"
    off_diagonal = ~np.eye(len(states), dtype=bool)
    if is_fidelity:
        shown = values
        norm = Normalize(0.0, 1.0)
    else:
        # A state does not differ from itself: the diagonal stays empty.
        shown = np.where(off_diagonal, np.clip(1.0 - values, LEAST_INFIDELITY, 1.0), np.nan)
        low = np.nanmin(shown)
        norm = LogNorm(min(low, 0.1), 1.0)

    columns = 1 if len(states) <= FEW else 2
    drawn = new_figure(look, columns=columns, height_mm=width_mm(look, columns), layout=None)
    ax, bar_ax = drawn.add_axes((0.3, 0.3, 0.5, 0.5)), drawn.add_axes((0.85, 0.3, 0.03, 0.5))
    colours = mpl.colormaps["viridis" if is_fidelity else "viridis_r"]
    mesh = ax.pcolormesh(shown, norm=norm, cmap=colours, edgecolors="none", gid="matrix")
    ax.invert_yaxis()
    _label(ax, states, look, columns)
    if len(states) <= NUMBERED:
        _number(ax, shown, mesh, look, is_fidelity)
    bar = drawn.colorbar(mesh, cax=bar_ax)
    bar.set_label(axes.label("pair_fidelity" if is_fidelity else "pair_infidelity"))
    bar.outline.set_linewidth(0.5)
    _place(drawn, ax, bar_ax)
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    pairs = rows.select(tables["fidelity_pairs"], "fidelity_pairs", matrix=figure["matrix"])
    states, _ = matrix(pairs)
    shown = "The fidelity F" if figure.get("quantity", "fidelity") == "fidelity" else "The infidelity 1 - F"
    shown += f" of all pairs of {len(states)} states, a row and a column each"
    shown += "; white lines part seeds and studies." if len({state[:2] for state in states}) > 1 else "."
    studies = ", ".join(f"``{study}``" for study in dict.fromkeys(state[0] for state in states))
    names = dict.fromkeys(state[2] for state in states)
    system = f"Studies {studies}: {', '.join(words.PROCEDURES[name] for name in names)}."
    sampled = pairs[pairs["method"] == "sampled"]
    seeds = f"Seeds {', '.join(str(seed) for seed in sorted({state[1] for state in states}))}. "
    if sampled.empty:
        seeds += "All fidelities are sums over all configurations, without sampling noise."
    else:
        which = "All" if len(sampled) == len(pairs) else f"{len(sampled)} of {len(pairs)}"
        largest = words.number(sampled["fidelity_error"].max())
        seeds += f"{which} fidelities are sampled, with standard errors of up to {largest}."
    said = []
    for words_of_it, chosen in (
        ("of one seed", pairs["seed_a"] == pairs["seed_b"]),
        ("of different seeds with the same round and procedure", _twins(pairs)),
    ):
        part = pairs[chosen & (pairs["study_a"] == pairs["study_b"])]["fidelity"]
        if len(part):
            said.append(
                f"{len(part)} pairs {words_of_it}: median infidelity {words.number(1 - part.median())}, largest "
                f"{words.number(1 - part.min())}."
            )
    return words.page(shown, system, seeds, said or "No two states share a study.")


def _twins(pairs: pd.DataFrame) -> pd.Series:
    same = (pairs["round_a"] == pairs["round_b"]) & (pairs["procedure_a"] == pairs["procedure_b"])
    return same & (pairs["seed_a"] != pairs["seed_b"])


def _place(drawn: Figure, ax: Axes, bar_ax: Axes) -> None:
    """Make the matrix a square as large as the figure's width and the words beside it allow."""
    # Only at a high resolution are words as wide as in a PDF; at a low one the hinting makes them narrower.
    dpi = drawn.dpi
    drawn.set_dpi(MEASURE_DPI)
    drawn.draw_without_rendering()
    margin, gap, bar = (mm / MM_PER_INCH for mm in (MARGIN_MM, GAP_MM, BAR_MM))
    square, words, bar_square, bar_words = (
        box.transformed(drawn.dpi_scale_trans.inverted())
        for box in (ax.bbox, _extent(ax), bar_ax.bbox, _extent(bar_ax))
    )
    left, below = square.x0 - words.x0, square.y0 - words.y0
    right, above = bar_words.x1 - bar_square.x1, bar_words.y1 - bar_square.y1
    drawn.set_dpi(dpi)
    width = drawn.get_figwidth()
    side = width - 2 * margin - left - gap - bar - right
    height = side + 2 * margin + below + above
    drawn.set_figheight(height)
    x, y = margin + left, margin + below
    ax.set_position((x / width, y / height, side / width, side / height))
    bar_ax.set_position(((x + side + gap) / width, y / height, bar / width, side / height))


def _extent(ax: Axes) -> BboxBase:
    """What axes cover with their labels, in pixels."""
    box = ax.get_tightbbox()
    return ax.bbox if box is None else box


def matrix(pairs: pd.DataFrame) -> tuple[list[tuple], np.ndarray]:
    """The states (study, seed, procedure, round) in the order of the matrix, and all fidelities: float64 (n, n).

    Raises:
        ValueError: if a pair is missing.
    """
    every = pd.concat(
        [pairs[[f"{name}_{letter}" for name in _STATE]].set_axis(_STATE, axis=1) for letter in "ab"]
    )
    studies = list(dict.fromkeys(every["study"]))
    procedures = list(PROCEDURES)
    states = sorted(
        set(every.itertuples(index=False, name=None)),
        key=lambda state: (studies.index(state[0]), state[1], procedures.index(state[2]), state[3]),
    )
    number = {state: position for position, state in enumerate(states)}
    values = np.full((len(states), len(states)), np.nan)
    np.fill_diagonal(values, 1.0)
    for pair in pairs.to_dict("records"):
        i, j = (number[tuple(pair[f"{name}_{letter}"] for name in _STATE)] for letter in "ab")
        values[i, j] = values[j, i] = pair["fidelity"]
    if np.isnan(values).any():
        i, j = np.argwhere(np.isnan(values))[0]
        raise ValueError(f"table fidelity_pairs lacks the pair of {states[i]} and {states[j]}")
    return states, values


def _label(ax: Axes, states: list[tuple], look: Look, columns: int) -> None:
    """Name the states at the axes by what tells them apart, and draw lines between seeds and procedures."""
    count = len(states)
    varies = [len({state[index] for state in states}) > 1 for index in range(3)]

    def words(state: tuple) -> str:
        study, seed, procedure, number = state
        parts = [study] * varies[0] + [f"seed {seed}"] * varies[1]
        name = "dense" if procedure == "dense" else f"{PROCEDURES[procedure].label} {number}"
        return ", ".join([*parts, name])

    starts = [k for k in range(count) if k == 0 or states[k][:2] != states[k - 1][:2]]
    # As many labels as there is room for; a line of text is about 0.45 mm high for each point of the font.
    room = 0.6 * width_mm(look, columns) / (0.45 * look.font_size)
    step = max(1, int(np.ceil(count / room)))
    ticks = np.array(
        [
            position
            for start, stop in pairwise([*starts, count])
            for position in range(start, stop, step)
            if position == start or stop == count or stop - position >= step
        ]
    )
    texts = [words(states[position]) for position in ticks]
    ax.set_xticks(ticks + 0.5, texts, rotation=90)
    ax.set_yticks(ticks + 0.5, texts)
    ax.tick_params(length=0)
    for position in starts[1:]:
        ax.axhline(position, color="white", linewidth=1.0)
        ax.axvline(position, color="white", linewidth=1.0)


def _number(ax: Axes, shown: np.ndarray, mesh: ScalarMappable, look: Look, is_fidelity: bool) -> None:
    """Write each value into its cell, dark on light and light on dark."""
    for (i, j), value in np.ndenumerate(shown):
        if np.isnan(value):
            continue
        red, green, blue, _ = mesh.cmap(mesh.norm(value))
        is_light = 0.3 * red + 0.59 * green + 0.11 * blue > 0.5
        text = f"{value:.2f}" if is_fidelity else f"{value:.0e}".replace("e-0", "e-").replace("e+00", "")
        ax.text(
            j + 0.5,
            i + 0.5,
            text,
            fontsize=look.font_size * min(0.75, 6.0 / len(shown)),
            color="black" if is_light else "white",
            ha="center",
            va="center",
        )
