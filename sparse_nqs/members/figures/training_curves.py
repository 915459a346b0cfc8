"""Figure kind `training_curves`: relative energy error during training, of the dense network and of rounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sparse_nqs.fields.figure import DrawnStudy, FigureOptions, Key, needs_round
from sparse_nqs.fields.model import ASCENDING, FROM_LIST
from sparse_nqs.messages import Mistake

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("rounds", "histories")
CATEGORY = "Training"


class Options(FigureOptions):
    """Error against training step: of the dense training, and of IMP-WR rounds, one curve a round."""

    kind: Literal["training_curves"]
    study: Annotated[str, Field(description="the study whose trainings are drawn")]
    rounds: Annotated[
        tuple[Annotated[int, Field(ge=1, le=10000)], ...],
        FROM_LIST,
        ASCENDING,
        Field(description="rounds that are drawn; []: up to six, evenly spread"),
    ] = ()

    def needs(self, key: Key, study: DrawnStudy) -> Iterator[Mistake]:
        """IMP-WR with the rounds that are asked for."""
        yield from super().needs(key, study)
        for position, number in enumerate(self.rounds):
            yield from needs_round(number, ("rounds", position), study)


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.training_curves`."""
    from sparse_nqs.figures import training_curves

    return training_curves.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import training_curves

    return training_curves.caption(tables, figure)
