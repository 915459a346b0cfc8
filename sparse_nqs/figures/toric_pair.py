"""Figure kind `toric_pair`: errors of IMP-WR and isolated trainings; neighbour fidelity for several widths.

Options: `isolated` (a study), `studies` (list), `mark_rho` (a number or null), `published` ("none", "shifted"
or, alike for this system, "unshifted": the paper's errors below).
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sparse_nqs.figures import (
    axes,
    curves,
    fidelity_panel,
    marks,
    procedure_panel,
    rows,
    scan,
    uncertainty,
    words,
)
from sparse_nqs.figures.procedure_panel import ISOLATED
from sparse_nqs.figures.style import GREY, Look, new_figure


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    rounds, fidelities = tables["rounds"], tables["fidelities"]
    rho = figure.get("mark_rho")
    drawn = new_figure(look, columns=2, height_mm=76)
    left, right = drawn.subplots(1, 2)

    published = figure.get("published", "none")
    handles = procedure_panel.draw(
        left, rounds, figure["isolated"], procedures=ISOLATED, x="rho", published=published
    )
    low, high = left.get_xlim()
    axes.set_log(left, "x", *axes.including(low, high, rho), pad=0.0)
    seeds = rows.seed_count(rounds[rounds["study"] == figure["isolated"]])
    handles += [*axes.mark_rho(left, rho), *curves.band_handle(seeds), *marks.handles([left], GREY)]
    axes.legend_above_axes(left, handles, 0.45)

    entries = scan.entries(rounds, list(figure["studies"]), "alpha")
    handles, lines = fidelity_panel.draw(right, fidelities, entries)
    axes.set_log(right, "x", *axes.including(*curves.extent(lines, x=True), rho), least=4.0)
    right.set_xlabel(axes.label("rho"))
    handles += [*axes.mark_rho(right, rho), *curves.band_handle(max(line.seeds for line in lines))]
    handles += marks.handles([right], GREY)
    axes.legend_above_axes(right, handles, 0.45)
    for index, ax in enumerate((left, right)):
        axes.letter(ax, index)
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    rounds, study = tables["rounds"], figure["isolated"]
    drawn = procedure_panel.drawn_rows(rounds, [study], ISOLATED)
    shown = (
        f"Against the weights per spin: (a) {procedure_panel.shown(rounds, [study], ISOLATED)}, (b) fidelity between "
        "neighbouring rounds of IMP-WR. Dashed: the dense network."
    )
    shown += uncertainty.no_relative_errors(drawn)
    published = figure.get("published", "none")
    shown += words.published(procedure_panel.published_of(rounds, study, ISOLATED, published))
    if figure.get("mark_rho"):
        shown += f" The line is at rho = {figure['mark_rho']:g}."
    said = words.ratios_to_chain(drawn, study, ISOLATED)
    said += words.dips(tables["fidelities"], {name: f"``{name}``" for name in figure["studies"]})
    every = list(dict.fromkeys([study, *figure["studies"]]))
    compared = [rows.neighbours(tables["fidelities"], name) for name in figure["studies"]]
    both = uncertainty.together(drawn, *compared)
    seeds = f"{uncertainty.seeds(both)} {uncertainty.noise(both)} {uncertainty.references(drawn)}"
    return words.page(shown, words.systems(rounds, every), seeds, said)
