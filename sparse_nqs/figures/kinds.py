"""Figures by kind: each kind is a member, a file in `members/figures/`.

Importing this module imports neither Matplotlib nor pandas: the workflow asks it while it is parsed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sparse_nqs.members.columns import filled
from sparse_nqs.members.figures import columns_of, tables_of
from sparse_nqs.members.loading import load

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def draw(
    kind: str, tables: Mapping[str, pd.DataFrame], figure: Mapping[str, object], style: Mapping[str, object]
) -> Figure:
    """Draw a figure.

    Args:
        kind: a member.
        tables: at least the tables that the kind reads, by name.
        figure: the figure's part of the config, with the options of its kind.
        style: the config's `style`; what is left out takes the default of `style.Look`.

    Raises:
        ValueError: if the kind, a style entry or a column is unknown, or a table lacks rows that the figure
            needs.
    """
    tables = _completed(kind, tables, figure)
    from sparse_nqs.figures import style as styles

    look = styles.read(style)
    with styles.context(look):
        return load("figures", kind).draw(tables, figure, look)


def caption(kind: str, tables: Mapping[str, pd.DataFrame], figure: Mapping[str, object]) -> str:
    """What a figure shows, of which systems and seeds, and what follows from its numbers: reStructuredText.

    Args:
        kind: a member.
        tables: as for `draw`.
        figure: as for `draw`.

    Raises:
        ValueError: as `draw`.
    """
    return load("figures", kind).caption(_completed(kind, tables, figure), figure)


def _completed(
    kind: str, tables: Mapping[str, pd.DataFrame], figure: Mapping[str, object]
) -> dict[str, pd.DataFrame]:
    """The tables with the computed columns that the figure draws."""
    missing = [name for name in tables_of(kind, figure) if name not in tables]
    if missing:
        raise ValueError(f"a figure of kind {kind} needs the table(s) {', '.join(missing)}")
    columns = columns_of(kind, figure)
    return {name: filled(name, table, columns) if columns else table for name, table in tables.items()}
