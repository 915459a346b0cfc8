"""Figure kind `isolated`: relative energy error of IMP-WR and of isolated trainings, a panel a study.

Where the ground energy is zero the panel has the energy error per spin. With `y: variance` it is the variance of the
energy per spin.

Options: `studies` (list), `x` (`n_active` or `rho`), `y` ("error" or "variance"), `inset` (studies whose dense
networks it shows, for one panel), `published` ("none", "shifted" or "unshifted": the paper's curves below, of errors).
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sparse_nqs.figures import inset, procedure_panel, uncertainty, variance_panel, words
from sparse_nqs.figures.procedure_panel import ISOLATED
from sparse_nqs.figures.style import Look


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    rounds, published = tables["rounds"], figure.get("published", "none")
    drawn, panels = procedure_panel.grid(
        look,
        rounds,
        list(figure["studies"]),
        procedures=ISOLATED,
        x=figure["x"],
        y=figure.get("y", "error"),
        published=published,
        more_height_mm=20.0 * bool(figure.get("inset")),
    )
    if figure.get("inset"):
        dense = variance_panel.dense_networks(rounds, list(figure["inset"]))
        inset.draw(panels[0], dense, published=published != "none")
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    rounds, studies, y = tables["rounds"], list(figure["studies"]), figure.get("y", "error")
    drawn = procedure_panel.drawn_rows(rounds, studies, ISOLATED)
    what = procedure_panel.shown(rounds, studies, ISOLATED, y)
    shown = (
        f"{what[0].upper()}{what[1:]} against sparsity. T(weights, mask) trains isolated networks, from the original "
        "(init) or fresh (rand) weights under a mask of IMP-WR (imp) or another. Dashed: the dense network."
    )
    shown += uncertainty.no_relative_errors(drawn) if y == "error" else ""
    found = [
        entry
        for study in studies
        for entry in procedure_panel.published_of(rounds, study, ISOLATED, figure.get("published", "none"))
    ]
    shown += words.published(found)
    if figure.get("inset"):
        shown += " Inset: energy against variance per spin of dense networks, and the ground energy."
    said = [sentence for study in studies for sentence in words.ratios_to_chain(drawn, study, ISOLATED, y)]
    said += words.reading(drawn)
    every = list(dict.fromkeys([*studies, *figure.get("inset", ())]))
    dense = [entry.seeds for entry in variance_panel.dense_networks(rounds, list(figure.get("inset", ())))]
    noise = uncertainty.noise(uncertainty.together(drawn, *dense))
    # Variances are measured from no reference.
    references = f" {uncertainty.references(drawn)}" if y == "error" else ""
    return words.page(
        shown, words.systems(rounds, every), f"{uncertainty.seeds(drawn)} {noise}{references}", said
    )
