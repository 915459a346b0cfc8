"""Figure kind `energy_variance`: energy against variance per spin of the dense networks of studies of one system.

Options: `studies` (list), `published` ("none" or, both alike here, "shifted" and "unshifted").
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sparse_nqs.figures import axes, uncertainty, variance_panel, words
from sparse_nqs.figures.style import Look, new_figure


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    # The legend of many networks needs room.
    drawn = new_figure(look, columns=1, height_mm=76 + 1.7 * max(0, len(figure["studies"]) - 6))
    ax = drawn.subplots()
    entries = variance_panel.dense_networks(tables["rounds"], list(figure["studies"]))
    handles = variance_panel.draw(ax, entries, coloured=True)
    if figure.get("published", "none") != "none":
        handles += variance_panel.draw_published(ax, entries)
    ax.set_xlabel(axes.label("variance_per_site"))
    ax.set_ylabel(axes.label("energy_per_site"))
    axes.legend_above_figure(drawn, handles)
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    rounds, studies = tables["rounds"], list(figure["studies"])
    entries = variance_panel.dense_networks(rounds, studies)
    said = []
    for entry in entries:
        error = entry.seeds["abs_error_per_site"].median()
        variance = (entry.seeds["variance"] / entry.seeds["n_sites"]).median()
        said.append(
            f"``{entry.study}``: energy error {words.number(error)} per spin, variance {words.number(variance)} per "
            "spin (medians)."
        )
    shown = (
        "Energy per spin against its variance per spin, a point a seed of the dense networks. Dashed: the ground "
        "energy, with its error as a band where that can be seen."
    )
    if figure.get("published", "none") != "none":
        count = len(variance_panel.published_points(entries))
        shown += (
            f" Crosses: {count} networks of the paper at this field; its residual networks are at another."
        )
    drawn = pd.concat([entry.seeds for entry in entries])
    seeds = f"{uncertainty.seeds(drawn, bands=False)} {uncertainty.noise(drawn)}"
    return words.page(shown, words.systems(rounds, studies), seeds, said)
