"""Figure kind `error_scan`: energy error per spin along IMP-WR, one curve a study.

Options: `studies` (list), `label` (a column such as `alpha` or `field`), `x` (`n_active` or `rho`), `regions` (whether
to colour the fitted scaling regions), `published` ("none", "shifted" or "unshifted": the paper's curves below).
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sparse_nqs.figures import axes, curves, marks, paper_curves, region_bands, rows, scan, uncertainty, words
from sparse_nqs.figures.style import GREY, Look, new_figure
from sparse_nqs.published import Counterpart


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    rounds = tables["rounds"]
    drawn = new_figure(look, columns=1, height_mm=68)
    ax = drawn.subplots()
    entries = scan.entries(rounds, list(figure["studies"]), figure["label"])
    handles, lines = scan.draw(
        ax,
        entries,
        lambda study: rows.trajectory(rounds, study),
        x=figure["x"],
        y="abs_error_per_site",
        log=True,
    )
    axes.set_log(ax, "x", *curves.extent(lines, x=True), least=4.0)
    axes.set_log(ax, "y", *curves.extent(lines))
    ax.set_xlabel(axes.label(figure["x"]))
    ax.set_ylabel(axes.label("abs_error_per_site"))
    found = [
        paper_curves.Under(curve, entry.colour, entry.marker)
        for entry in entries
        for curve in _published(rounds, entry.study, figure)
    ]
    paper_curves.draw(ax, found, x=figure["x"], log=True)
    handles += paper_curves.handles(found)
    if figure.get("regions"):
        handles += region_bands.draw(ax, tables["regions"], entries, x=figure["x"])
    handles += [*curves.band_handle(max(line.seeds for line in lines)), *marks.handles([ax], GREY)]
    axes.legend_above_figure(drawn, handles)
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    rounds, studies = tables["rounds"], list(figure["studies"])
    shown = "Energy error per spin along IMP-WR, from the dense network (right) to the sparsest (left)."
    if figure.get("regions"):
        shown += (
            " Coloured: fitted regions, LEP (low-error plateau), APL (approximate power law), HEP (high-error "
            "plateau), with bootstrap intervals of their boundaries."
        )
    shown += words.published(curve for study in studies for curve in _published(rounds, study, figure))
    said = []
    for study in studies:
        path = rows.trajectory(rounds, study).groupby("round")["abs_error_per_site"].median()
        first, last = words.number(path.iloc[0]), words.number(path.iloc[-1])
        text = f"``{study}``: median error {first} with all weights, {last} at the last round."
        if figure.get("regions"):
            text += _regions(tables["regions"], study)
        said.append(text)
    drawn = pd.concat([rows.trajectory(rounds, study) for study in studies])
    seeds = f"{uncertainty.seeds(drawn)} {uncertainty.noise(drawn)} {uncertainty.references(drawn)}"
    return words.page(shown, words.systems(rounds, studies), seeds, said)


def _published(rounds: pd.DataFrame, study: str, figure: Mapping[str, Any]) -> list[Counterpart]:
    return paper_curves.find(rounds, study, ["imp_wr"], "abs_error_per_site", figure.get("published", "none"))


def _regions(regions: pd.DataFrame, study: str) -> str:
    """Where the regions of a study meet."""
    fit = regions[(regions["study"] == study) & (regions["procedure"] == "imp_wr")].sort_values("segment")
    changes = fit[(fit["region"] != fit["region"].shift()) & (fit["segment"] > 0)]
    if changes.empty:
        return " No boundary between regions was found." if len(fit) else " Too few points for a fit."
    ends = [
        f"{row.region} begins at n = {words.number(row.n_start)} [{words.number(row.n_start_low)}, "
        f"{words.number(row.n_start_high)}]"
        for row in changes.itertuples()
    ]
    return " " + ", ".join(ends) + "."
