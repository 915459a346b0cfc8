"""Figure kind `mask_overlap`: what the IMP-WR masks of two seeds have in common, against sparsity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sparse_nqs.fields.figure import (
    DrawnStudy,
    FigureOptions,
    Key,
    Label,
    Studies,
    needs_ffnn,
    needs_imp_wr,
    needs_label,
)
from sparse_nqs.messages import Mistake, not_allowed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("rounds", "mask_overlaps")
CATEGORY = "Structure of the masks"


class Options(FigureOptions):
    """What the IMP-WR masks of two seeds have in common, against sparsity, beside the random expectation."""

    kind: Literal["mask_overlap"]
    studies: Studies
    label: Label = "alpha"
    x: Annotated[
        Literal["density", "n_active", "rho"],
        Field(
            description="horizontal axis: surviving fraction of the weights, surviving weights n, or rho = n/N"
        ),
    ] = "density"

    def needs(self, key: Key, study: DrawnStudy) -> Iterator[Mistake]:
        """Masks of an ffnn of two seeds."""
        yield from needs_imp_wr(key, study)
        yield from needs_ffnn(key, study)
        if self.label != "alpha":
            yield from needs_label(self.label, key, study)
        if len(study.seeds) < 2:
            yield not_allowed(key, study.name, "must be a study with two seeds or more, and it has one")


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.mask_overlap`."""
    from sparse_nqs.figures import mask_overlap

    return mask_overlap.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import mask_overlap

    return mask_overlap.caption(tables, figure)
