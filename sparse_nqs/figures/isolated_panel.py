"""The panel that compares IMP-WR with isolated trainings of one study."""

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from sparse_nqs.figures import axes, curves, paper_curves, rows
from sparse_nqs.figures.style import FAINT, PROCEDURES
from sparse_nqs.published import Counterpart

NOT_ISOLATED = ("dense", "imp_wr", "imp_ct", "irp_wr")


def draw(ax: Axes, rounds: pd.DataFrame, study: str, *, x: str, published: str = "none") -> list[Artist]:
    """Draw relative energy errors of one study: dense level, pruned trajectories, isolated trainings.

    Args:
        ax: empty axes.
        rounds: the rounds table.
        study: the study.
        x: `n_active` or `rho`.
        published: "none", "shifted" or "unshifted", for the paper's curves below.

    Returns:
        The legend's entries, without those of bands and special marks.

    Raises:
        ValueError: if the study has no dense network, no IMP-WR rounds or no isolated trainings.
    """
    rows.select(rounds, "rounds", study=study, procedure="dense")
    rows.select(rounds, "rounds", study=study, procedure="imp_wr")
    isolated = tuple(name for name in PROCEDURES if name not in NOT_ISOLATED)
    rows.select(rounds, "rounds", study=study, procedure=isolated)

    table = rounds[rounds["study"] == study]
    handles: list[Artist] = []
    drawn = []
    for name, look in PROCEDURES.items():
        part = table[table["procedure"] == name]
        if part.empty:
            continue
        curve = curves.over_seeds(part, x=x, y="rel_error", log=True)
        shown = curve
        if name == "dense":
            _level(ax, curve)
            # The level's band is its range.
            shown = curve._replace(seeds=1)
        # Trajectories lie above isolated trainings and are drawn thicker: the eye follows them first.
        zorder, scale = (3.4, 1.0) if name in NOT_ISOLATED else (3.2, 0.7)
        handles.append(
            curves.draw(
                ax,
                shown,
                colour=look.colour,
                marker=look.marker,
                line=look.line,
                label=look.label,
                line_scale=scale,
                zorder=zorder,
            )
        )
        drawn.append(curve)
    axes.set_log(ax, "x", *curves.extent(drawn, x=True), least=4.0)
    axes.set_log(ax, "y", *curves.extent(drawn))
    ax.set_xlabel(axes.label(x))
    ax.set_ylabel(axes.label("rel_error"))
    found = [
        paper_curves.Under(
            entry, PROCEDURES[entry.curve.procedure].colour, PROCEDURES[entry.curve.procedure].marker
        )
        for entry in published_of(rounds, study, published)
    ]
    paper_curves.draw(ax, found, x=x, log=True)
    return [*handles, *paper_curves.handles(found)]


def published_of(rounds: pd.DataFrame, study: str, mode: str) -> list[Counterpart]:
    """The published curves that are drawn under those of a study."""
    drawn = set(rounds.loc[rounds["study"] == study, "procedure"])
    procedures = [name for name in PROCEDURES if name in drawn]
    return paper_curves.find(rounds, study, procedures, "rel_error", mode)


def _level(ax: Axes, curve: curves.SeedCurve) -> None:
    """The error of the dense network as a level across the panel, with its range over the seeds."""
    if np.isnan(curve.middle[0]):
        return
    if curve.seeds > 1:
        ax.axhspan(
            curve.low[0], curve.high[0], color=FAINT, alpha=0.5, linewidth=0, zorder=0, gid="dense range"
        )
    ax.axhline(
        curve.middle[0],
        color=PROCEDURES["dense"].colour,
        linestyle="--",
        linewidth=0.8,
        zorder=1,
        gid="dense level",
    )
