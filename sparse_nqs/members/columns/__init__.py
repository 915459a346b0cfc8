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

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

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
        columns: those of this table are computed, and of the options of a user's own Hamiltonian or network, which
            rounds.parquet has in one column, those named as "options.NAME"; None for all.

    Raises:
        ValueError: if there is no such column.
    """
    options = _options(rows) if table == "rounds" else []
    if columns is None:
        chosen = (*of_table(table), *sorted({f"options.{name}" for entry in options for name in entry}))
    else:
        chosen = tuple(name for name in columns if _table_of(name) == table)
    return rows.assign(
        **{
            name: [entry.get(name.removeprefix("options.")) for entry in options]
            if name.startswith("options.")
            else load("columns", name).values(rows)
            for name in chosen
        }
    )


def _table_of(column: str) -> str:
    return "rounds" if column.startswith("options.") else str(load("columns", column).TABLE)


def _options(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The options of each row; none in those of files that had no such column yet."""
    texts = rows["options"] if "options" in rows else [None] * len(rows)
    return [json.loads(text) if isinstance(text, str) else {} for text in texts]
