"""Columns that are computed when tables are read, a file each: they change no stored table and no spec of one.

A column's file has

- `TABLE`: the summary table that it belongs to, such as "rounds";
- `UNIT`: as in docs/tables.md, "" for a pure number;
- `MEANING`: what it is, for docs/tables.md;
- `values`: of all rows at once, from the columns that are stored;
- `LABEL`: what an axis calls it, and `SYMBOL`: what a curve's label calls it, with Matplotlib's mathematics; its name
  where they are not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sparse_nqs.members.loading import load, names

if TYPE_CHECKING:
    import pandas as pd


def of_table(table: str) -> tuple[str, ...]:
    """The names of all computed columns of a table, in alphabetical order."""
    return tuple(name for name in names("columns") if load("columns", name).TABLE == table)


def filled(table: str, rows: pd.DataFrame, columns: Iterable[str] | None = None) -> pd.DataFrame:
    """The rows of a table with computed columns behind the stored ones.

    Args:
        table: its name.
        rows: as stored.
        columns: those of this table are computed; None for all.

    Raises:
        ValueError: if there is no such column.
    """
    chosen = of_table(table) if columns is None else [name for name in columns if _is_of(name, table)]
    return rows.assign(**{name: load("columns", name).values(rows) for name in chosen})


def _is_of(name: str, table: str) -> bool:
    return load("columns", name).TABLE == table
