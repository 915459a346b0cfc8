"""Figure kind `size_scan`: error, neighbour fidelity and magnetisations against rho, one curve a size.

Options: `studies` (list), `mark_rho` (a number or null), `published` ("none", "shifted" or "unshifted": the
paper's curves of the first two quantities below).
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
    paper_curves,
    rows,
    scan,
    uncertainty,
    words,
)
from sparse_nqs.figures.style import GREY, Look, new_figure
from sparse_nqs.published import Counterpart


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    rounds, fidelities = tables["rounds"], tables["fidelities"]
    entries = scan.sizes(rounds, list(figure["studies"]))
    drawn = new_figure(look, columns=2, height_mm=112)
    panels = drawn.subplots(2, 2, sharex=True)
    error_ax, fidelity_ax, z_ax, x_ax = panels.flat

    def trajectory(study: str) -> pd.DataFrame:
        return rows.trajectory(rounds, study)

    handles, errors = scan.draw(error_ax, entries, trajectory, x="rho", y="abs_error_per_site", log=True)
    axes.set_log(error_ax, "y", *curves.extent(errors))
    error_ax.set_ylabel(axes.label("abs_error_per_site"))
    fidelity_panel.draw(fidelity_ax, fidelities, entries)
    for ax, column in ((z_ax, "m_z_abs"), (x_ax, "m_x")):
        _, lines = scan.draw(ax, entries, trajectory, x="rho", y=column, log=False)
        axes.set_linear(ax, *curves.extent(lines))
        ax.set_ylabel(axes.label(column))

    for index, ax in enumerate(panels.flat):
        marked = axes.mark_rho(ax, figure.get("mark_rho"))
        axes.letter(ax, index)
    low, high = curves.extent(errors, x=True)
    axes.set_log(error_ax, "x", *axes.including(low, high, figure.get("mark_rho")), least=4.0)
    for ax in (z_ax, x_ax):
        ax.set_xlabel(axes.label("rho"))
    found = []
    for ax, column in ((error_ax, "abs_error_per_site"), (fidelity_ax, "fidelity")):
        under = [
            paper_curves.Under(curve, entry.colour, entry.marker)
            for entry in entries
            for curve in _published(rounds, entry.study, column, figure)
        ]
        paper_curves.draw(ax, under, x="rho", log=ax is error_ax)
        found += under
    handles += paper_curves.handles(found)
    band = curves.band_handle(max(line.seeds for line in errors))
    axes.legend_above_figure(drawn, [*handles, *marked, *band, *marks.handles(list(panels.flat), GREY)])
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    rounds, studies = tables["rounds"], list(figure["studies"])
    shown = (
        "Along IMP-WR, against the weights per spin: (a) energy error per spin, (b) fidelity between "
        "neighbouring rounds, (c) and (d) magnetisations."
    )
    shown += words.published(
        curve
        for study in studies
        for column in ("abs_error_per_site", "fidelity")
        for curve in _published(rounds, study, column, figure)
    )
    said = words.dips(tables["fidelities"], {study: f"``{study}``" for study in studies})
    said.append(
        "Curves of different sizes that fall together against rho say that it is the weights per spin that "
        "count; a dip marks the transition that sparsity induces."
    )
    drawn = pd.concat([rows.trajectory(rounds, study) for study in studies])
    compared = [rows.neighbours(tables["fidelities"], study) for study in studies]
    noise = uncertainty.noise(uncertainty.together(drawn, *compared))
    seeds = f"{uncertainty.seeds(drawn)} {noise} {uncertainty.references(drawn)}"
    return words.page(shown, words.systems(rounds, studies), seeds, said)


def _published(rounds: pd.DataFrame, study: str, column: str, figure: Mapping[str, Any]) -> list[Counterpart]:
    return paper_curves.find(rounds, study, ["imp_wr"], column, figure.get("published", "none"))
