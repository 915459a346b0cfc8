"""Figure kind `ticket_structure`: how far the toric code's masks are made of plaquettes, against weights per spin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from sparse_nqs.fields.figure import (
    DrawnStudy,
    FigureOptions,
    Key,
    Label,
    Mark,
    Studies,
    needs_ffnn,
    needs_imp_wr,
    needs_label,
    needs_toric_code,
)
from sparse_nqs.messages import Mistake

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("rounds", "tickets")
CATEGORY = "Structure of the masks"


class Options(FigureOptions):
    """Toric code: how much of a mask lies on complete odd plaquettes, and how close it is to the analytic network."""

    kind: Literal["ticket_structure"]
    studies: Studies
    label: Label = "alpha"
    mark_rho: Mark = 16.0

    def needs(self, key: Key, study: DrawnStudy) -> Iterator[Mistake]:
        """Masks of an ffnn on the toric code."""
        yield from needs_toric_code(key, study)
        yield from needs_imp_wr(key, study)
        yield from needs_ffnn(key, study)
        if self.label != "alpha":
            yield from needs_label(self.label, key, study)


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.ticket_structure`."""
    from sparse_nqs.figures import ticket_structure

    return ticket_structure.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import ticket_structure

    return ticket_structure.caption(tables, figure)
