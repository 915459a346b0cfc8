"""The panel that compares IMP-WR with isolated trainings of one study."""

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from sparse_nqs.figures import axes, curves, paper_curves, rows, words
from sparse_nqs.figures.style import FAINT, PROCEDURES
from sparse_nqs.published import Counterpart

NOT_ISOLATED = ("dense", "imp_wr", "imp_ct", "irp_wr")


def draw(ax: Axes, rounds: pd.DataFrame, study: str, *, x: str, published: str = "none") -> list[Artist]:
    """Draw energy errors of one study (`rows.energy_error`): dense level, pruned trajectories, isolated trainings.

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

    table = drawn_rows(rounds, study)
    column = rows.energy_error(rounds, study)
    handles: list[Artist] = []
    drawn = []
    for name, look in PROCEDURES.items():
        part = table[table["procedure"] == name]
        if part.empty:
            continue
        curve = curves.over_seeds(part, x=x, y=column, log=True)
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
    ax.set_ylabel(axes.label(column))
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
    drawn = set(drawn_rows(rounds, study)["procedure"])
    procedures = [name for name in PROCEDURES if name in drawn]
    return paper_curves.find(rounds, study, procedures, rows.energy_error(rounds, study), mode)


def drawn_rows(rounds: pd.DataFrame, study: str) -> pd.DataFrame:
    """The rows of the rounds table that a panel of a study draws."""
    return rounds[(rounds["study"] == study) & rounds["procedure"].isin(list(PROCEDURES))]


def shown(rounds: pd.DataFrame, studies: list[str]) -> str:
    """What the panels of some studies draw, as a part of a sentence, from their rows."""
    drawn = pd.concat([drawn_rows(rounds, study) for study in studies])
    columns = {rows.energy_error(rounds, study) for study in studies}
    what = {"rel_error": "relative energy error", "abs_error_per_site": "energy error per spin"}
    names = [
        words.PROCEDURES[name] for name in PROCEDURES if name != "dense" and name in set(drawn["procedure"])
    ]
    return f"{' or '.join(what[name] for name in what if name in columns)} of {', '.join(names)}"


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
