"""Figure kind `ticket_structure`: how far the toric code's masks are made of plaquettes, against weights per spin.

Left: the fraction of weights, and dashed of hidden units, on complete odd plaquettes. Right: the overlap with the mask
of the analytic network, and dashed that of random masks of the same degrees.
Options: `studies` (list), `label` (a column such as `alpha`), `mark_rho` (a number or null).
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sparse_nqs.figures import axes, curves, dashed, rows, scan, uncertainty, words
from sparse_nqs.figures.style import Look, new_figure

PANELS = {
    "odd_weight_fraction": ("odd_unit_fraction", "of hidden units"),
    "analytic_overlap": ("random_analytic_overlap", "random masks, same degrees"),
}


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    rho = figure.get("mark_rho")
    entries = scan.entries(tables["rounds"], list(figure["studies"]), figure["label"])
    drawn = new_figure(look, columns=2, height_mm=76)
    for index, (ax, (column, (companion, meaning))) in enumerate(
        zip(drawn.subplots(1, 2), PANELS.items(), strict=True)
    ):
        handles, lines = scan.draw(
            ax, entries, lambda study: _tickets(tables, study), x="rho", y=column, log=False
        )
        for entry in entries:
            dashed.draw(ax, _tickets(tables, entry.study), x="rho", y=companion, colour=entry.colour)
        axes.set_log(ax, "x", *axes.including(*curves.extent(lines, x=True), rho), least=4.0)
        axes.set_linear(ax, 0.0, 1.0)
        ax.set_xlabel(axes.label("rho"))
        ax.set_ylabel(axes.label(column))
        handles += [dashed.handle(meaning), *axes.mark_rho(ax, rho)]
        handles += curves.band_handle(max(line.seeds for line in lines))
        axes.legend_above_axes(ax, handles, 0.45)
        axes.letter(ax, index)
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    rounds, studies = tables["rounds"], list(figure["studies"])
    shown = (
        "How far the masks are made of plaquettes, against weights per spin. (a) The fraction of weights, "
        "dashed of hidden "
        "units, on units that are one plaquette with an odd number of negative weights. (b) The overlap with "
        "the mask of the analytic network, dashed that of random masks of the same degrees."
    )
    said = []
    for study in studies:
        means = (
            _tickets(tables, study)
            .groupby("round")[["rho", "odd_weight_fraction", "analytic_overlap"]]
            .median()
        )
        odd, near = (means.loc[means[name].idxmax()] for name in ("odd_weight_fraction", "analytic_overlap"))
        said.append(
            f"``{study}``: at most {100 * odd['odd_weight_fraction']:.3g} % of the weights on odd plaquettes, at rho = "
            f"{words.number(odd['rho'])}; overlap with the analytic mask at most "
            f"{words.number(near['analytic_overlap'])}, at rho = {words.number(near['rho'])}."
        )
    seeds = uncertainty.seeds(pd.concat([_tickets(tables, study) for study in studies]))
    return words.page(shown, words.systems(rounds, studies), seeds, said)


def _tickets(tables: Mapping[str, pd.DataFrame], study: str) -> pd.DataFrame:
    """The structure of a study's masks, which is exact."""
    part = rows.select(tables["tickets"], "tickets", study=study, procedure="imp_wr")
    return part.assign(**{f"{column}_error": 0.0 for column in PANELS})
