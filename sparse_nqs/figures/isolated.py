"""Figure kind `isolated`: relative energy error of IMP-WR and of isolated trainings, a panel a study.

Where the ground energy is zero the panel has the energy error per spin.

Options: `studies` (list), `x` (`n_active` or `rho`), `inset` (studies whose dense networks it shows, for one panel),
`published` ("none", "shifted" or "unshifted": the paper's curves below).
"""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from sparse_nqs.figures import (
    axes,
    curves,
    inset,
    isolated_panel,
    marks,
    rows,
    uncertainty,
    variance_panel,
    words,
)
from sparse_nqs.figures.style import GREY, Look, new_figure

MOST_IN_A_ROW = 3


class Options(TypedDict):
    """The options of this kind, as the module's docstring explains them."""

    studies: Sequence[str]
    x: str
    inset: NotRequired[Sequence[str]]
    published: NotRequired[str]


def draw(tables: Mapping[str, pd.DataFrame], figure: Options, look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    rounds = tables["rounds"]
    studies = list(figure["studies"])
    across = min(len(studies), MOST_IN_A_ROW)
    down = -(-len(studies) // across)
    drawn = new_figure(
        look, columns=1 if across == 1 else 2, height_mm=12 + 62 * down + 20 * bool(figure.get("inset"))
    )
    panels = list(drawn.subplots(down, across, squeeze=False).flat)
    handles: dict[str, Artist] = {}
    published = figure.get("published", "none")
    for index, (ax, study) in enumerate(zip(panels, studies, strict=False)):
        for handle in isolated_panel.draw(ax, rounds, study, x=figure["x"], published=published):
            handles.setdefault(str(handle.get_label()), handle)
        if len(studies) > 1:
            axes.letter(ax, index)
            ax.set_title(study)
    for ax in panels[len(studies) :]:
        ax.remove()
    panels = panels[: len(studies)]
    seeds = rows.seed_count(rounds[rounds["study"].isin(studies)])
    entries = [*handles.values(), *curves.band_handle(seeds), *marks.handles(panels, GREY)]
    axes.legend_above_figure(drawn, entries)
    if figure.get("inset"):
        dense = variance_panel.dense_networks(rounds, list(figure["inset"]))
        inset.draw(panels[0], dense, published=published != "none")
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Options) -> str:
    """The figure's caption."""
    rounds, studies = tables["rounds"], list(figure["studies"])
    drawn = pd.concat([isolated_panel.drawn_rows(rounds, study) for study in studies])
    what = isolated_panel.shown(rounds, studies)
    shown = (
        f"{what[0].upper()}{what[1:]} against sparsity. T(weights, mask) trains isolated networks, from the original "
        "(init) or fresh (rand) weights under a mask of IMP-WR (imp) or another. Dashed: the dense network."
    )
    shown += uncertainty.no_relative_errors(drawn)
    found = [
        entry
        for study in studies
        for entry in isolated_panel.published_of(rounds, study, figure.get("published", "none"))
    ]
    shown += words.published(found)
    if figure.get("inset"):
        shown += " Inset: energy against variance per spin of dense networks, and the ground energy."
    said = [sentence for study in studies for sentence in words.ratios_to_chain(rounds, study)]
    said += words.reading(drawn)
    every = list(dict.fromkeys([*studies, *figure.get("inset", ())]))
    dense = [entry.seeds for entry in variance_panel.dense_networks(rounds, list(figure.get("inset", ())))]
    noise = uncertainty.noise(uncertainty.together(drawn, *dense))
    seeds = f"{uncertainty.seeds(drawn)} {noise} {uncertainty.references(drawn)}"
    return words.page(shown, words.systems(rounds, every), seeds, said)
