"""Figure kind `training_curves`: relative energy error during training, of the dense network and of IMP-WR rounds.

Where the ground energy is zero it is the energy error per spin.

Steps are averaged in bins, as the energy of a single step is noisy; the band is the range of the seeds. Bars are the
scatter of a bin's steps over the root of their number: steps follow one another, so it says what is below the noise,
but is somewhat too small for a standard error. The error of the reference energy is added in quadrature.
Options: `study`, `rounds` (list; empty: up to six, evenly spread).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sparse_nqs.figures import axes, curves, marks, rows, uncertainty, words
from sparse_nqs.figures.style import GREY, PROCEDURES, SCAN_MARKERS, Look, new_figure, scan_colours

BINS = (6, 24)  # the fewest and the most
STEPS = 6  # of the table's, in a bin between these
MOST = 6


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    rounds, study = tables["rounds"], figure["study"]
    binned = _binned(tables["histories"], rounds, study)
    drawn = new_figure(look, columns=2, height_mm=78)
    left, right = drawn.subplots(1, 2, sharey=True)
    dense = PROCEDURES["dense"]
    part = rows.select(binned, "histories", procedure="dense")
    lines = [curves.over_seeds(part, x="at", y="error", step="bin", log=True)]
    label = dense.label
    handles = [curves.draw(left, lines[0], colour=dense.colour, marker="", label=label)]

    chosen = _chosen(binned, figure)
    rho = (
        rounds[(rounds["study"] == study) & (rounds["procedure"] == "imp_wr")].groupby("round")["rho"].first()
    )
    colours = scan_colours(len(chosen))
    for position, (number, colour) in enumerate(zip(chosen, colours, strict=True)):
        part = binned[(binned["procedure"] == "imp_wr") & (binned["round"] == number)]
        line = curves.over_seeds(part, x="at", y="error", step="bin", log=True)
        label = rf"$k={number}$, $\rho={rho[number]:.3g}$"
        marker = SCAN_MARKERS[position % len(SCAN_MARKERS)]
        handles.append(curves.draw(right, line, colour=colour, marker=marker, label=label, line_scale=0.8))
        lines.append(line)
    axes.set_log(left, "y", *curves.extent(lines))
    for index, (ax, drawn_lines) in enumerate(((left, lines[:1]), (right, lines[1:]))):
        _, last = curves.extent(drawn_lines, x=True)
        ax.set_xlim(0.0, 1.03 * last)
        ax.set_xlabel(axes.label("step"))
        axes.letter(ax, index)
    left.set_ylabel(axes.label(rows.energy_error(rounds, study)))
    entries = [*handles, *curves.band_handle(lines[0].seeds), *marks.handles([left, right], GREY)]
    axes.legend_above_figure(drawn, entries)
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    rounds, study = tables["rounds"], figure["study"]
    binned = _binned(tables["histories"], rounds, study)
    names = {"rel_error": "Relative energy error", "abs_error_per_site": "Energy error per spin"}
    own = rounds[(rounds["study"] == study) & rounds["procedure"].isin(["dense", "imp_wr"])]
    shown = (
        f"{names[rows.energy_error(rounds, study)]} during training, steps averaged in bins: (a) the dense network, "
        "(b) rounds of IMP-WR, which begin with the surviving weights of the rewind point. Bars: the scatter of a "
        "bin's steps over the root of their number, with the error of the ground energy added in quadrature."
    )
    shown += uncertainty.no_relative_errors(own)
    said = []
    for number in (0, *_chosen(binned, figure)):
        name = "dense network" if number == 0 else f"round {number}"
        part = binned[binned["round"] == number].groupby("bin")["error"].median()
        said.append(
            f"{name}: {words.number(part.iloc[0])} in the first bin, {words.number(part.iloc[-1])} in the last."
        )
    drawn = binned.assign(study=study)
    seeds = (
        f"{uncertainty.seeds(drawn)} All values are sampled: means over the samples of training steps. "
        f"{uncertainty.references(own)}"
    )
    return words.page(shown, words.systems(rounds, [study]), seeds, said)


def _binned(histories: pd.DataFrame, rounds: pd.DataFrame, study: str) -> pd.DataFrame:
    """Mean errors in bins of steps: procedure, round, seed, bin, at (the middle step), error, error_error."""
    part = rows.select(histories, "histories", study=study, procedure=("dense", "imp_wr"))
    own = rounds[rounds["study"] == study]
    ground, uncertain, n_sites = (
        float(rows.constant(own, name, study)) for name in ("reference_energy", "reference_error", "n_sites")
    )
    unit = abs(ground) if rows.energy_error(rounds, study) == "rel_error" else n_sites
    keys = ["procedure", "round", "seed"]
    trainings = part.groupby(keys)["step"]
    bins = np.clip(trainings.transform("size") // STEPS, *BINS)
    position = (part["step"] * bins) // (trainings.transform("max") + 1)
    error = (part["energy"] - ground) / unit
    frame = part[keys].assign(bin=position, at=part["step"], error=error)
    grouped = frame.groupby([*keys, "bin"])
    means = grouped[["at", "error"]].mean()
    scatter = grouped["error"].std().fillna(0.0) / np.sqrt(grouped.size())
    return means.assign(error_error=np.hypot(scatter, uncertain / unit)).reset_index()


def _chosen(binned: pd.DataFrame, figure: Mapping[str, Any]) -> list[int]:
    """The rounds that are drawn."""
    present = sorted(binned.loc[binned["procedure"] == "imp_wr", "round"].unique().tolist())
    if figure.get("rounds"):
        return [number for number in figure["rounds"] if number in present]
    spread = np.unique(np.rint(np.linspace(0, len(present) - 1, min(MOST, len(present)))).astype(int))
    return [present[position] for position in spread]
