"""Figure kind `energy_trace`: energy per spin over the training steps of all rounds of one seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sparse_nqs.fields.figure import DrawnStudy, FigureOptions, Key, needs_seed
from sparse_nqs.fields.model import ALL_DIFFERENT, FROM_LIST, Seed
from sparse_nqs.messages import Mistake, listed, not_allowed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("rounds", "histories")
CATEGORY = "Training"


class Options(FigureOptions):
    """Energy per spin over the training steps of all rounds of one seed, one after another."""

    kind: Literal["energy_trace"]
    study: Annotated[str, Field(description="the study whose trainings are drawn")]
    procedures: Annotated[
        tuple[str, ...],
        FROM_LIST,
        ALL_DIFFERENT,
        Field(
            min_length=1,
            description="chains of the study; the first lies on top, and its rounds are marked",
        ),
    ] = ("imp_wr",)
    seed: Seed = 0

    def needs(self, key: Key, study: DrawnStudy) -> Iterator[Mistake]:
        """The chains and the seed that are asked for."""
        for position, procedure in enumerate(self.procedures):
            if procedure not in study.pruning.procedures:
                must = f"must be one of the procedures of {study.name}: {listed(study.pruning.procedures)}"
                yield not_allowed(("procedures", position), procedure, must)
        yield from needs_seed(self.seed, study)


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.energy_trace`."""
    from sparse_nqs.figures import energy_trace

    return energy_trace.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import energy_trace

    return energy_trace.caption(tables, figure)
