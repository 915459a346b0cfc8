"""Figure kind `chain_comparison`: relative error of chains from the same dense network, a panel a study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from sparse_nqs.fields.figure import Abscissa, DrawnStudy, FigureOptions, Key, Published, Studies
from sparse_nqs.messages import Mistake, not_allowed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sparse_nqs.figures.style import Look

TABLES = ("rounds",)
COLUMNS = ("variance_per_site", "variance_per_site_error")
CATEGORY = "Scaling with sparsity"


class Options(FigureOptions):
    """Relative error of IMP-WR, IMP-CT and IRP-WR from the same dense network against sparsity."""

    kind: Literal["chain_comparison"]
    studies: Studies
    x: Abscissa = "n_active"
    published: Published = "none"

    def needs(self, key: Key, study: DrawnStudy) -> Iterator[Mistake]:
        """IMP-WR and another chain."""
        yield from super().needs(key, study)
        if not set(study.pruning.procedures) - {"imp_wr"}:
            must = "must be a study with imp_wr and another chain, such as imp_ct, and it has no other"
            yield not_allowed(key, study.name, must)


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping, look: Look) -> Figure:
    """Draw the figure, see `sparse_nqs.figures.chain_comparison`."""
    from sparse_nqs.figures import chain_comparison

    return chain_comparison.draw(tables, figure, look)


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping) -> str:
    """Its caption."""
    from sparse_nqs.figures import chain_comparison

    return chain_comparison.caption(tables, figure)
