"""Figure kind `isolated`: relative energy error of IMP-WR and of isolated trainings, a panel a study.

Options: `studies` (list), `x` (`n_active` or `rho`).
"""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from sparse_nqs.figures import axes, curves, isolated_panel, marks, rows
from sparse_nqs.figures.style import GREY, Look, new_figure

MOST_IN_A_ROW = 3


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, object], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    rounds = tables["rounds"]
    studies = list(figure["studies"])
    across = min(len(studies), MOST_IN_A_ROW)
    down = -(-len(studies) // across)
    drawn = new_figure(look, columns=1 if across == 1 else 2, height_mm=12 + 62 * down)
    panels = list(drawn.subplots(down, across, squeeze=False).flat)
    handles: dict[str, object] = {}
    for index, (ax, study) in enumerate(zip(panels, studies, strict=False)):
        for handle in isolated_panel.draw(ax, rounds, study, x=figure["x"]):
            handles.setdefault(handle.get_label(), handle)
        if len(studies) > 1:
            axes.letter(ax, index)
            ax.set_title(study)
    for ax in panels[len(studies) :]:
        ax.remove()
    panels = panels[: len(studies)]
    seeds = rows.seed_count(rounds[rounds["study"].isin(studies)])
    entries = [*handles.values(), *curves.band_handle(seeds), *marks.handles(panels, GREY)]
    axes.legend_above_figure(drawn, entries)
    return drawn
