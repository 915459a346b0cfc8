"""The panel that compares procedures of one study: the dense level, chains, isolated trainings."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from sparse_nqs.figures import axes, curves, marks, paper_curves, rows, words
from sparse_nqs.figures.style import FAINT, GREY, PROCEDURES, Look, StyledFigure, new_figure
from sparse_nqs.members.procedures import of_kind
from sparse_nqs.published import Counterpart

ISOLATED = of_kind("isolated")
MOST_IN_A_ROW = 3


def grid(
    look: Look,
    rounds: pd.DataFrame,
    studies: Sequence[str],
    *,
    procedures: Sequence[str],
    x: str,
    y: str = "error",
    published: str = "none",
    more_height_mm: float = 0.0,
) -> tuple[StyledFigure, list[Axes]]:
    """A figure with a panel a study, its name above it if there are several, and one legend.

    Args:
        look: the style.
        rounds: the rounds table.
        studies: the studies.
        procedures: as for `draw`, with `x`, `y` and `published`.
        more_height_mm: what the panels are higher than usual.

    Raises:
        ValueError: as `draw`.
    """
    across = min(len(studies), MOST_IN_A_ROW)
    down = -(-len(studies) // across)
    drawn = new_figure(look, columns=1 if across == 1 else 2, height_mm=12 + 62 * down + more_height_mm)
    panels = list(drawn.subplots(down, across, squeeze=False).flat)
    handles: dict[str, Artist] = {}
    for index, (ax, study) in enumerate(zip(panels, studies, strict=False)):
        for handle in draw(ax, rounds, study, procedures=procedures, x=x, y=y, published=published):
            handles.setdefault(str(handle.get_label()), handle)
        if len(studies) > 1:
            axes.letter(ax, index)
            ax.set_title(study)
    for ax in panels[len(studies) :]:
        ax.remove()
    panels = panels[: len(studies)]
    seeds = rows.seed_count(drawn_rows(rounds, studies, procedures))
    entries = [*handles.values(), *curves.band_handle(seeds), *marks.handles(panels, GREY, of=y)]
    axes.legend_above_figure(drawn, entries)
    return drawn, panels


def draw(
    ax: Axes,
    rounds: pd.DataFrame,
    study: str,
    *,
    procedures: Sequence[str],
    x: str,
    y: str = "error",
    published: str = "none",
) -> list[Artist]:
    """Draw one study: the level of its dense network, IMP-WR, and other procedures.

    Args:
        ax: empty axes.
        rounds: the rounds table.
        study: the study.
        procedures: the others to draw. Those that the study lacks are left out; at least one must be there.
        x: `n_active` or `rho`.
        y: "error" for energy errors (`rows.energy_error`), "variance" for the variance of the energy per spin.
        published: "none", "shifted" or "unshifted", for the paper's curves below; errors only.

    Returns:
        The legend's entries, without those of bands and special marks.

    Raises:
        ValueError: if the study has no dense network, no IMP-WR rounds or none of the other procedures.
    """
    rows.select(rounds, "rounds", study=study, procedure="dense")
    rows.select(rounds, "rounds", study=study, procedure="imp_wr")
    rows.select(rounds, "rounds", study=study, procedure=tuple(procedures))

    table = drawn_rows(rounds, [study], procedures)
    column = column_of(rounds, study, y)
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
        zorder, scale = (3.2, 0.7) if name in ISOLATED else (3.4, 1.0)
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
        for entry in published_of(rounds, study, procedures, published)
    ]
    paper_curves.draw(ax, found, x=x, log=True)
    return [*handles, *paper_curves.handles(found)]


def column_of(rounds: pd.DataFrame, study: str, y: str) -> str:
    """The column of `drawn_rows` that a panel with this ordinate draws."""
    return "variance_per_site" if y == "variance" else rows.energy_error(rounds, study)


def published_of(rounds: pd.DataFrame, study: str, procedures: Sequence[str], mode: str) -> list[Counterpart]:
    """The published curves of errors that are drawn under those of a study."""
    drawn = set(drawn_rows(rounds, [study], procedures)["procedure"])
    names = [name for name in PROCEDURES if name in drawn]
    return paper_curves.find(rounds, study, names, rows.energy_error(rounds, study), mode)


def drawn_rows(rounds: pd.DataFrame, studies: Sequence[str], procedures: Sequence[str]) -> pd.DataFrame:
    """The rows of the rounds table that panels of studies draw."""
    chosen = rounds["procedure"].isin(["dense", "imp_wr", *procedures])
    return pd.concat([rounds[(rounds["study"] == study) & chosen] for study in studies])


def shown(rounds: pd.DataFrame, studies: Sequence[str], procedures: Sequence[str], y: str = "error") -> str:
    """What the panels of some studies draw, as a part of a sentence, from their rows."""
    drawn = drawn_rows(rounds, studies, procedures)
    columns = {column_of(rounds, study, y) for study in studies}
    what = {
        "rel_error": "relative energy error",
        "abs_error_per_site": "energy error per spin",
        "variance_per_site": "variance of the energy per spin",
    }
    names = [
        words.PROCEDURES[name] for name in PROCEDURES if name != "dense" and name in set(drawn["procedure"])
    ]
    return f"{' or '.join(what[name] for name in what if name in columns)} of {', '.join(names)}"


def _level(ax: Axes, curve: curves.SeedCurve) -> None:
    """The value of the dense network as a level across the panel, with its range over the seeds."""
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
