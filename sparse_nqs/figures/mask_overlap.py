"""Figure kind `mask_overlap`: what the IMP-WR masks of two seeds have in common, against sparsity.

A curve a study: the median over the pairs of seeds, with their range; dashed: random masks of the same degrees.
Options: `studies` (list), `label` (a column such as `alpha`), `x` (`density`, `n_active` or `rho`).
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sparse_nqs.figures import axes, curves, dashed, rows, scan, uncertainty, words
from sparse_nqs.figures.style import Look, new_figure


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    x = figure["x"]
    drawn = new_figure(look, columns=1, height_mm=68)
    ax = drawn.subplots()
    entries = scan.entries(tables["rounds"], list(figure["studies"]), figure["label"])

    def pairs(study: str) -> pd.DataFrame:
        part = _pairs(tables, study)
        name = part["seed_a"].astype(str) + " " + part["seed_b"].astype(str)
        return part.assign(seed=name, overlap_error=0.0)

    handles, lines = scan.draw(ax, entries, pairs, x=x, y="overlap", log=False)
    expected = [
        dashed.draw(ax, pairs(entry.study), x=x, y="random_overlap", colour=entry.colour) for entry in entries
    ]
    axes.set_log(ax, "x", *curves.extent(lines, x=True), least=4.0)
    lowest = min(*(values.min() for values in expected), curves.extent(lines)[0])
    axes.set_linear(ax, lowest, max(1.0, curves.extent(lines)[1]))
    ax.set_xlabel(axes.label(x))
    ax.set_ylabel(axes.label("overlap"))
    handles.append(dashed.handle("random masks, same degrees"))
    handles += curves.band_handle(max(line.seeds for line in lines), "pairs")
    axes.legend_above_figure(drawn, handles)
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    rounds, studies = tables["rounds"], list(figure["studies"])
    shown = (
        "What the IMP-WR masks of two seeds have in common, the best over permutations of hidden units and "
        "translations of a "
        "torus: 1 for the same mask. Bands are the range of the pairs of seeds. Dashed: random masks in which "
        "every spin and unit has as many weights."
    )
    said = []
    for study in studies:
        means = (
            _pairs(tables, study).groupby("round")[["density", "rho", "overlap", "random_overlap"]].median()
        )
        best = means.loc[(means["overlap"] - means["random_overlap"]).idxmax()]
        said.append(
            f"``{study}``: the overlap exceeds chance most at rho = {words.number(best['rho'])}, "
            f"{words.number(best['overlap'])} against {words.number(best['random_overlap'])}."
        )
    pairs = pd.concat([_pairs(tables, study) for study in studies])
    every = pd.concat(
        [pairs[["study", name]].set_axis(["study", "seed"], axis=1) for name in ("seed_a", "seed_b")]
    )
    seeds = f"{uncertainty.seeds(every, bands=False)} Each pair of seeds is a value, and lines are medians over them."
    return words.page(shown, words.systems(rounds, studies), seeds, said)


def _pairs(tables: Mapping[str, pd.DataFrame], study: str) -> pd.DataFrame:
    return rows.select(tables["mask_overlaps"], "mask_overlaps", study=study, procedure="imp_wr")
