"""Figure kind `isolated`: relative error, or variance, of IMP-WR and of isolated trainings, a panel a study."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sparse_nqs.fields.figure import (
    Abscissa,
    DrawnStudy,
    FigureOptions,
    Key,
    Published,
    Studies,
    needs_imp_wr,
    needs_isolated,
    of_one_system,
)
from sparse_nqs.fields.model import ALL_DIFFERENT, FROM_LIST
from sparse_nqs.messages import Mistake, not_allowed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("rounds",)
COLUMNS = ("variance_per_site", "variance_per_site_error")
CATEGORY = "Isolated trainings"


class Options(FigureOptions):
    """Relative error, or variance, of IMP-WR and of the isolated trainings against sparsity."""

    kind: Literal["isolated"]
    studies: Studies
    x: Abscissa = "n_active"
    y: Annotated[
        Literal["error", "variance"],
        Field(description="vertical axis: relative error of the energy, or variance of the energy per spin"),
    ] = "error"
    inset: Annotated[
        tuple[str, ...],
        FROM_LIST,
        ALL_DIFFERENT,
        Field(
            description="studies of one system whose dense networks an inset shows, energy against variance; for one "
            "study in studies"
        ),
    ] = ()
    published: Published = "none"

    def references(self) -> Iterator[tuple[Key, str]]:
        """Those of the panels, and those of the inset."""
        for position, study in enumerate(self.inset):
            yield ("inset", position), study
        yield from super().references()

    def needs(self, key: Key, study: DrawnStudy) -> Iterator[Mistake]:
        """Isolated trainings for a panel; an inset shows dense networks, which every study has."""
        if key[0] == "studies":
            yield from needs_imp_wr(key, study)
            yield from needs_isolated(key, study)

    def mistakes(self, studies: Mapping[str, DrawnStudy], matrices: Collection[str]) -> Iterator[Mistake]:
        """An inset belongs to one panel and to one system; the paper has no variances."""
        if self.inset and len(self.studies) > 1:
            yield not_allowed(("inset",), self.inset, "must be [] where studies has several")
        yield from of_one_system("inset", self.inset, studies)
        if self.y == "variance" and self.published != "none":
            must = "must be none where y is variance, as the paper's curves are of errors"
            yield not_allowed(("published",), self.published, must)


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.isolated`."""
    from sparse_nqs.figures import isolated

    return isolated.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import isolated

    return isolated.caption(tables, figure)
