"""Figure kind `step_cost`: wall time of a training step against the surviving weights, along IMP-WR, one curve a study.

Options: `studies` (list), `label` (a column such as `alpha`, or `study`).
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sparse_nqs.figures import axes, curves, rows, scan, uncertainty, words
from sparse_nqs.figures.style import Look, new_figure


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    rounds = tables["rounds"]
    drawn = new_figure(look, columns=1, height_mm=72)
    ax = drawn.subplots()
    entries = scan.entries(rounds, list(figure["studies"]), figure["label"])
    handles, lines = scan.draw(
        ax, entries, lambda study: _milliseconds(rounds, study), x="n_active", y="ms", log=True
    )
    axes.set_log(ax, "x", *curves.extent(lines, x=True), least=4.0)
    axes.set_log(ax, "y", *curves.extent(lines))
    ax.set_xlabel(axes.label("n_active"))
    ax.set_ylabel(axes.label("seconds_per_step"))
    axes.legend_above_figure(drawn, [*handles, *curves.band_handle(max(line.seeds for line in lines))])
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    rounds, studies = tables["rounds"], list(figure["studies"])
    shown = (
        "Wall time of a training step, without compilation, against the surviving weights along IMP-WR. Times "
        "are of the machine that ran the study and of whatever else ran there."
    )
    said = []
    for study in studies:
        times = words.medians(_milliseconds(rounds, study), "ms")
        said.append(
            f"``{study}``: {words.number(times.iloc[0])} ms with all weights, {words.number(times.iloc[-1])} "
            f"ms at the last round, {words.number(times.iloc[0] / times.iloc[-1])} times less."
        )
    drawn = pd.concat([rows.trajectory(rounds, study) for study in studies])
    seeds = (
        f"{uncertainty.seeds(drawn)} Each value is the mean over the steps of one training, measured once."
    )
    return words.page(shown, words.systems(rounds, studies), seeds, said)


def _milliseconds(rounds: pd.DataFrame, study: str) -> pd.DataFrame:
    path = rows.trajectory(rounds, study)
    return path.assign(ms=1e3 * path["seconds_per_step"], ms_error=0.0)
