"""The fitted scaling regions below the curves that they belong to.

One study: bands over the whole height. Several: a strip for each at the foot of the panel, in the order of the legend
from top to bottom and begun by the curve's marker; the axis is extended to make room. Boundaries carry a bar, the
interval that the fit gives them.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sparse_nqs.figures import scan
from sparse_nqs.figures.style import GREY, REGIONS

STRIP = 0.05  # height of a strip and of the gap above all, as parts of the axes


def draw(ax: Axes, regions: pd.DataFrame, entries: list[scan.ScanEntry], *, x: str) -> list[Patch]:
    """Colour the regions of the studies that have a fit.

    Args:
        ax: logarithmic axes with their final limits along x.
        regions: the regions table.
        entries: the curves.
        x: `n_active` or `rho`, which n is divided by N for.

    Returns:
        The legend's entries.
    """
    fits = {}
    for entry in entries:
        fit = regions[(regions["study"] == entry.study) & (regions["procedure"] == "imp_wr")]
        if not fit.empty:
            fits[entry] = fit.sort_values("segment")
    if len(entries) > 1 and fits:
        _make_room(ax, STRIP * (len(fits) + 1))
    for position, (entry, fit) in enumerate(reversed(fits.items())):
        low, high = (0.0, 1.0) if len(entries) == 1 else (STRIP * position, STRIP * (position + 0.8))
        _band(ax, fit, low, high, x=x)
        if len(entries) > 1:
            ax.plot(
                [0.015],
                [(low + high) / 2],
                transform=ax.transAxes,
                color=entry.colour,
                marker=entry.marker,
                markersize=4.5,
                markeredgecolor="white",
                markeredgewidth=0.8,
                gid="strip",
            )
    present = {name for fit in fits.values() for name in fit["region"]}
    alpha = _opacity(whole=len(entries) == 1)
    return [
        Patch(facecolor=colour, alpha=alpha, linewidth=0, label=name)
        for name, colour in REGIONS.items()
        if name in present
    ]


def _opacity(*, whole: bool) -> float:
    return 0.18 if whole else 0.6


def _make_room(ax: Axes, part: float) -> None:
    """Extend a logarithmic y axis downwards, so that the lower `part` of it holds no data."""
    low, high = ax.get_ylim()
    ax.set_ylim(low * (low / high) ** (part / (1 - part)), high)


def _band(ax: Axes, fit: pd.DataFrame, low: float, high: float, *, x: str) -> None:
    scale = 1.0 if x == "n_active" else 1.0 / fit["n_sites"].iloc[0]
    whole = high - low == 1.0
    edges, transform = ax.get_xlim(), ax.get_xaxis_transform()
    for name, part in fit.groupby("region", sort=False):
        # Open ends reach the border of the axes.
        start = edges[1] if part["segment"].min() == 0 else scale * part["n_start"].max()
        end = edges[0] if part["segment"].max() == fit["segment"].max() else scale * part["n_end"].min()
        ax.fill_between(
            [end, start],
            low,
            high,
            transform=transform,
            color=REGIONS[name],
            alpha=_opacity(whole=whole),
            linewidth=0,
            zorder=0.5,
            gid="region",
        )
    changes = fit[(fit["region"] != fit["region"].shift()) & (fit["segment"] > 0)]
    at = STRIP / 2 if whole else (low + high) / 2
    values, lows, highs = (
        scale * changes[name].to_numpy() for name in ("n_start", "n_start_low", "n_start_high")
    )
    # A percentile interval need not hold the value itself.
    arms = np.maximum([values - lows, highs - values], 0.0)
    bars = ax.errorbar(
        values,
        np.full(len(values), at),
        xerr=arms,
        transform=transform,
        fmt="none",
        ecolor=GREY,
        elinewidth=0.8,
        capsize=1.6,
        capthick=0.8,
        zorder=2,
    )
    bars.lines[2][0].set_gid("boundary")
