"""Figure kind `ticket_structure`: how far the toric code's masks are made of plaquettes, against weights per spin.

Left: the fraction of weights, and dashed of hidden units, on complete odd plaquettes. Right: the overlap with the mask
of the analytic network, and dashed that of random masks of the same degrees.
Options: `studies` (list), `label` (a column such as `alpha`), `mark_rho` (a number or null).
"""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from sparse_nqs.figures import axes, curves, dashed, rows, scan
from sparse_nqs.figures.style import Look, new_figure

PANELS = {
    "odd_weight_fraction": ("odd_unit_fraction", "of hidden units"),
    "analytic_overlap": ("random_analytic_overlap", "random masks, same degrees"),
}


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, object], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    rho = figure.get("mark_rho")
    entries = scan.entries(tables["rounds"], list(figure["studies"]), figure["label"])
    drawn = new_figure(look, columns=2, height_mm=76)
    for index, (ax, (column, (companion, words))) in enumerate(
        zip(drawn.subplots(1, 2), PANELS.items(), strict=True)
    ):
        handles, lines = [], []
        for entry in entries:
            part = rows.select(tables["tickets"], "tickets", study=entry.study, procedure="imp_wr")
            part = part.assign(**{f"{column}_error": 0.0})
            line = curves.over_seeds(part, x="rho", y=column, log=False)
            handles.append(curves.draw(ax, line, colour=entry.colour, marker=entry.marker, label=entry.label))
            lines.append(line)
            dashed.draw(ax, part, x="rho", y=companion, colour=entry.colour)
        axes.set_log(ax, "x", *axes.including(*curves.extent(lines, x=True), rho), least=4.0)
        axes.set_linear(ax, 0.0, 1.0)
        ax.set_xlabel(axes.label("rho"))
        ax.set_ylabel(axes.label(column))
        handles += [dashed.handle(words), *axes.mark_rho(ax, rho)]
        handles += curves.band_handle(max(line.seeds for line in lines))
        axes.legend_above_axes(ax, handles, 0.45)
        axes.letter(ax, index)
    return drawn
