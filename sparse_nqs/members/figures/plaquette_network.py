"""Figure kind `plaquette_network`: toric code, energy and variance of the analytic network against its weight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sparse_nqs.fields.evaluation import Evaluation
from sparse_nqs.fields.figure import FigureOptions, Measured
from sparse_nqs.fields.model import ASCENDING, FROM_LIST, Positive, Seed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("plaquette_networks",)
CATEGORY = "Dense networks"


class Options(FigureOptions):
    """Toric code: energy and variance of the analytic network of odd plaquettes against its weight; no training."""

    kind: Literal["plaquette_network"]
    lengths: Annotated[
        tuple[Annotated[int, Field(ge=2, le=30)], ...],
        FROM_LIST,
        ASCENDING,
        Field(min_length=1, description="sides L of the tori; exact or sampled, as evaluation says"),
    ] = (3, 5)
    weights: Annotated[
        tuple[Annotated[Positive, Field(le=100)], ...],
        FROM_LIST,
        ASCENDING,
        Field(min_length=2, description="magnitudes W of the network's weights"),
    ] = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
    evaluation: Annotated[
        Evaluation,
        Field(description="how they are measured, as the evaluation of a study"),
    ] = Evaluation()
    seed: Annotated[Seed, Field(description="of the samples")] = 0

    def measured(self) -> list[Measured]:
        """A network of each length, at each weight."""
        network = {"kind": "ffnn", "alpha": 4.0}
        return [
            Measured({"model": "toric_code", "length": length}, network, self.evaluation, len(self.weights))
            for length in self.lengths
        ]


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.plaquette_network`."""
    from sparse_nqs.figures import plaquette_network

    return plaquette_network.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import plaquette_network

    return plaquette_network.caption(tables, figure)
