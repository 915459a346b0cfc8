"""Figure kind `energy_variance`: energy against variance per spin of the dense networks of studies of one system."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from sparse_nqs.fields.figure import DrawnStudy, FigureOptions, Key, Published, Studies, of_one_system
from sparse_nqs.messages import Mistake

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("rounds",)
CATEGORY = "Dense networks"


class Options(FigureOptions):
    """Energy against variance of the dense networks of studies of one system, with its ground energy."""

    kind: Literal["energy_variance"]
    studies: Studies
    published: Published = "none"

    def needs(self, key: Key, study: DrawnStudy) -> Iterator[Mistake]:
        """Dense networks, which every study has."""
        yield from ()

    def mistakes(self, studies: Mapping[str, DrawnStudy], matrices: Collection[str]) -> Iterator[Mistake]:
        """Studies of several systems."""
        yield from of_one_system("studies", self.studies, studies)


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.energy_variance`."""
    from sparse_nqs.figures import energy_variance

    return energy_variance.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import energy_variance

    return energy_variance.caption(tables, figure)
