"""The panel of energy against variance of dense networks: both fall together towards the ground energy."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sparse_nqs import published
from sparse_nqs.figures import axes, rows
from sparse_nqs.figures.style import FAINT, GREY, NETWORKS, Colour, scan_colours

# The networks of a kind share a marker. These are its fillings, in the order of their weights.
FILLS = ("full", "none", "left", "top", "right", "bottom")


class Dense(NamedTuple):
    """The dense networks of one study.

    Attributes:
        study: its name.
        network: the kind of network.
        n_total: its weights.
        seeds: its rows of the rounds table.
    """

    study: str
    network: str
    n_total: int
    seeds: pd.DataFrame


def dense_networks(rounds: pd.DataFrame, studies: list[str]) -> list[Dense]:
    """The dense networks of some studies, by kind and size.

    Raises:
        ValueError: if a study has none.
    """
    found = []
    for study in studies:
        part = rows.select(rounds, "rounds", study=study, procedure="dense")
        found.append(Dense(study, part["network"].iloc[0], int(part["n_total"].iloc[0]), part))
    return sorted(found, key=lambda dense: (list(NETWORKS).index(dense.network), dense.n_total))


def draw(ax: Axes, entries: list[Dense], *, coloured: bool) -> list[Line2D]:
    """Draw a point a seed, with standard errors where sampled, and the ground energy as a line.

    Args:
        ax: empty axes.
        entries: studies of one system.
        coloured: a colour a study; else one look a kind of network, for an inset.

    Returns:
        The legend's entries: the networks and the line.
    """
    handles: dict[str, Line2D] = {}
    colours = scan_colours(len(entries))
    texts = _texts(entries)
    xs, ys = [], []
    for position, (entry, colour) in enumerate(zip(entries, colours, strict=True)):
        look = NETWORKS[entry.network]
        before = sum(other.network == entry.network for other in entries[:position])
        n_sites = entry.seeds["n_sites"].to_numpy(dtype=np.float64)
        x, x_error, y, y_error = (
            entry.seeds[name].to_numpy(dtype=np.float64) / n_sites
            for name in ("variance", "variance_error", "energy", "energy_error")
        )
        # An eigenstate has no variance; rounding leaves a little, of either sign.
        x = np.maximum(x, 1e-12)
        face = colour if coloured else look.face
        sampled = y_error > 0
        if sampled.any():
            ax.errorbar(
                x[sampled],
                y[sampled],
                xerr=np.minimum(x_error[sampled], 0.9 * x[sampled]),
                yerr=y_error[sampled],
                fmt="none",
                ecolor=face if coloured else GREY,
                elinewidth=0.6,
                zorder=2,
            )
        label = texts[entry.study] if coloured else look.label
        (points,) = ax.plot(
            x,
            y,
            linestyle="none",
            marker=look.marker,
            label=label,
            zorder=3,
            gid="dense",
            **(_coloured(before, colour) if coloured else _grey(look.face)),
        )
        handles.setdefault(label, points)
        xs.append(x)
        ys.append(y)
    first = entries[0].seeds.iloc[0]
    ground, uncertain = (
        float(first[name] / first["n_sites"]) for name in ("reference_energy", "reference_error")
    )
    method = entries[0].seeds["reference_method"].iloc[0]
    words = {"dmrg": "DMRG", "ed": "exact diagonalisation"}.get(method, "exact")
    line = ax.axhline(
        ground, color=GREY, linestyle="--", linewidth=0.8, zorder=1, label=rf"$E_0/N$ ({words})", gid="ground"
    )
    if uncertain > 0:
        ax.axhspan(
            ground - uncertain,
            ground + uncertain,
            color=FAINT,
            alpha=0.5,
            linewidth=0,
            zorder=0,
            gid="ground error",
        )
    axes.set_log(ax, "x", *_extent(xs), least=20.0, pad=0.1)
    low, high = _extent([*ys, np.array([ground])])
    # All may be the same energy, which may be zero.
    half = max(high - low, 1e-6 * abs(ground), 1e-12) / 2 * 1.25
    ax.set_ylim((low + high) / 2 - half, (low + high) / 2 + half)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=3 if not coloured else 6))
    ax.ticklabel_format(axis="y", useOffset=False)
    return [*handles.values(), line]


def _coloured(position: int, colour: Colour) -> dict[str, Any]:
    """The look of a network among those of its kind."""
    fill = FILLS[position % len(FILLS)]
    return {
        "markersize": 4.5,
        "fillstyle": fill,
        "color": colour,
        "markerfacecolor": "white" if fill == "none" else colour,
        "markerfacecoloralt": "white",
        "markeredgewidth": 0.6,
    }


def _grey(face: str) -> dict[str, Any]:
    return {"markersize": 3.0, "markerfacecolor": face, "markeredgecolor": GREY, "markeredgewidth": 0.4}


def _texts(entries: list[Dense]) -> dict[str, str]:
    """What networks are called, by study: kind and weights, and the study where that is shared."""
    texts = {entry.study: f"{NETWORKS[entry.network].label}, $n={entry.n_total}$" for entry in entries}
    every = list(texts.values())
    return {study: f"{text} ({study})" if every.count(text) > 1 else text for study, text in texts.items()}


def draw_published(ax: Axes, entries: list[Dense]) -> list[Line2D]:
    """Draw the paper's dense networks of the same system as crosses; those of another field are left out.

    Returns:
        The legend's entry, none if the paper has no such system.
    """
    points = published_points(entries)
    if points.empty:
        return []
    x, y = points["x"].to_numpy(), points["y"].to_numpy()
    (drawn,) = ax.plot(
        x,
        y,
        linestyle="none",
        marker="x",
        markersize=4.5,
        markeredgecolor=GREY,
        markeredgewidth=0.9,
        label="paper",
        zorder=2.5,
        gid="published",
    )
    low, high = ax.get_xlim()
    axes.set_log(ax, "x", min(low, x.min()), max(high, x.max()), pad=0.02)
    low, high = ax.get_ylim()
    margin = 0.05 * (high - low)
    ax.set_ylim(min(low, y.min() - margin), max(high, y.max() + margin))
    return [drawn]


def published_points(entries: list[Dense]) -> pd.DataFrame:
    """The published points, of figure 1's inset, that are of the same system as ours."""
    points = published.curves("1_inset")
    row = entries[0].seeds.iloc[0]
    ours = (row["model"], row["length"], row["width"], row["boundary"], row["coupling"], row["field"])
    # The residual networks were trained at another field.
    same = ours == ("tfim", 10, 10, "open", 1.0, published.CRITICAL)
    return points[(points["series"] != "ResCNN") & same]


def _extent(values: list[np.ndarray]) -> tuple[float, float]:
    every = np.concatenate(values)
    return float(every.min()), float(every.max())
