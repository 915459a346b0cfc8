"""Figure kind `chain_comparison`: relative energy error of chains from the same dense network, a panel a study.

The chains are all that the studies have, such as IMP-WR (magnitude pruning, weights rewound), IMP-CT (magnitude
pruning, training continued) and IRP-WR (random pruning, weights rewound). Where the ground energy is zero the panel
has the energy error per spin.

Options: `studies` (list), `x` (`n_active` or `rho`), `published` ("none", "shifted" or "unshifted": the paper's curves
of IMP-WR below).
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sparse_nqs.figures import procedure_panel, uncertainty, words
from sparse_nqs.figures.style import Look
from sparse_nqs.members.procedures import of_kind

OTHERS = tuple(name for name in of_kind("chain") if name != "imp_wr")


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    drawn, _ = procedure_panel.grid(
        look,
        tables["rounds"],
        list(figure["studies"]),
        procedures=OTHERS,
        x=figure["x"],
        published=figure.get("published", "none"),
    )
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    rounds, studies = tables["rounds"], list(figure["studies"])
    drawn = procedure_panel.drawn_rows(rounds, studies, OTHERS)
    what = procedure_panel.shown(rounds, studies, OTHERS)
    shown = (
        f"{what[0].upper()}{what[1:]} against sparsity, all from the same dense network. IMP prunes the smallest "
        "weights, IRP random ones; WR rewinds the others before a round's training, CT trains on. Dashed: the dense "
        "network."
    )
    shown += uncertainty.no_relative_errors(drawn)
    mode = figure.get("published", "none")
    shown += words.published(
        entry for study in studies for entry in procedure_panel.published_of(rounds, study, OTHERS, mode)
    )
    said = [sentence for study in studies for sentence in words.ratios_to_chain(drawn, study, OTHERS)]
    seeds = f"{uncertainty.seeds(drawn)} {uncertainty.noise(drawn)} {uncertainty.references(drawn)}"
    return words.page(shown, words.systems(rounds, studies), seeds, said)
