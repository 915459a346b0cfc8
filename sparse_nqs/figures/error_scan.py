"""Figure kind `error_scan`: energy error per spin along IMP-WR, one curve a study.

Options: `studies` (list), `label` (a column such as `alpha` or `field`), `x` (`n_active` or `rho`), `regions` (whether
to colour the fitted scaling regions).
"""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from sparse_nqs.figures import axes, curves, marks, region_bands, rows, scan
from sparse_nqs.figures.style import GREY, Look, new_figure


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, object], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    rounds = tables["rounds"]
    drawn = new_figure(look, columns=1, height_mm=68)
    ax = drawn.subplots()
    handles, lines = [], []
    entries = scan.entries(rounds, list(figure["studies"]), figure["label"])
    for entry in entries:
        part = rows.trajectory(rounds, entry.study)
        line = curves.over_seeds(part, x=figure["x"], y="abs_error_per_site", log=True)
        handles.append(curves.draw(ax, line, colour=entry.colour, marker=entry.marker, label=entry.label))
        lines.append(line)
    axes.set_log(ax, "x", *curves.extent(lines, x=True), least=4.0)
    axes.set_log(ax, "y", *curves.extent(lines))
    ax.set_xlabel(axes.label(figure["x"]))
    ax.set_ylabel(axes.label("abs_error_per_site"))
    if figure.get("regions"):
        handles += region_bands.draw(ax, tables["regions"], entries, x=figure["x"])
    handles += curves.band_handle(max(line.seeds for line in lines)) + marks.handles([ax], GREY)
    axes.legend_above_figure(drawn, handles)
    return drawn
