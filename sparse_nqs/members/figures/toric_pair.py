"""Figure kind `toric_pair`: errors of IMP-WR and isolated trainings; neighbour fidelity for several widths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sparse_nqs.fields.figure import (
    DrawnStudy,
    FigureOptions,
    Key,
    Mark,
    Published,
    Studies,
    needs_imp_wr,
    needs_isolated,
    needs_label,
    needs_toric_code,
)
from sparse_nqs.messages import Mistake

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("rounds", "fidelities")
COLUMNS = ("variance_per_site", "variance_per_site_error")
CATEGORY = "Isolated trainings"


class Options(FigureOptions):
    """Toric code: isolated trainings of one study beside the neighbour fidelity of several."""

    kind: Literal["toric_pair"]
    isolated: Annotated[str, Field(description="the study whose isolated trainings are drawn")]
    studies: Studies
    mark_rho: Mark = 16.0
    published: Published = "none"

    def references(self) -> Iterator[tuple[Key, str]]:
        """The study of the left panel, and those of the right one."""
        yield ("isolated",), self.isolated
        yield from super().references()

    def needs(self, key: Key, study: DrawnStudy) -> Iterator[Mistake]:
        """The toric code; isolated trainings on the left, and a width on the right, where curves are named by it."""
        yield from needs_toric_code(key, study)
        yield from needs_imp_wr(key, study)
        if key[0] == "isolated":
            yield from needs_isolated(key, study)
        else:
            yield from needs_label("alpha", key, study)


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.toric_pair`."""
    from sparse_nqs.figures import toric_pair

    return toric_pair.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import toric_pair

    return toric_pair.caption(tables, figure)
