"""Figure kind `hidden_units`: the surviving weights of every hidden unit, drawn on the lattice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sparse_nqs.fields.figure import (
    DrawnStudy,
    FigureOptions,
    Key,
    needs_ffnn,
    needs_imp_wr,
    needs_round,
    needs_seed,
)
from sparse_nqs.fields.model import CountOrZero, Seed
from sparse_nqs.messages import Mistake, not_allowed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("weights",)
CATEGORY = "Structure of the masks"


class Options(FigureOptions):
    """The surviving weights of each hidden unit, drawn on the lattice."""

    kind: Literal["hidden_units"]
    study: Annotated[str, Field(description="the study whose weights are drawn")]
    seed: Seed = 0
    round: Annotated[CountOrZero, Field(description="the pruning round; 0 is the dense network")]

    def needs(self, key: Key, study: DrawnStudy) -> Iterator[Mistake]:
        """The state that is drawn, of hidden units on a lattice with one spin a cell or on the toric code's edges."""
        if self.round > 0:
            yield from needs_imp_wr(key, study)
        yield from needs_ffnn(key, study)
        if study.system.model != "toric_code" and study.system.spins_per_cell > 1:
            must = f"must have one spin a cell or be of the toric code, and has {study.system.spins_per_cell} a cell"
            yield not_allowed(key, study.name, must)
        yield from needs_seed(self.seed, study)
        yield from needs_round(self.round, ("round",), study)


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.hidden_units`."""
    from sparse_nqs.figures import hidden_units

    return hidden_units.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import hidden_units

    return hidden_units.caption(tables, figure)
