"""Rows of the summary tables, with a clear word when they are not there."""

from typing import Any

import pandas as pd


def select(table: pd.DataFrame, name: str, **wanted: object) -> pd.DataFrame:
    """The rows in which every named column has the wanted value, or one of a tuple of values.

    Args:
        table: a summary table.
        name: its name, for the message.
        **wanted: column and value, or column and tuple of values.

    Raises:
        ValueError: if there is no such row.
    """
    rows = table
    for column, value in wanted.items():
        values = list(value) if isinstance(value, tuple) else [value]
        kept = rows[rows[column].isin(values)]
        if kept.empty:
            asked = ", ".join(f"{key} {_words(item)}" for key, item in wanted.items())
            present = ", ".join(str(item) for item in sorted(rows[column].unique())) or "nothing"
            raise ValueError(f"table {name} has no rows with {asked}; for {column} there is: {present}")
        rows = kept
    return rows


def trajectory(rounds: pd.DataFrame, study: str) -> pd.DataFrame:
    """The IMP-WR rounds of a study, led by the dense network as round 0.

    Raises:
        ValueError: if the study has no IMP-WR rounds.
    """
    pruned = select(rounds, "rounds", study=study, procedure="imp_wr")
    dense = rounds[(rounds["study"] == study) & (rounds["procedure"] == "dense")]
    return pd.concat([dense, pruned], ignore_index=True)


def neighbours(fidelities: pd.DataFrame, study: str) -> pd.DataFrame:
    """The fidelities between round k and round k + 1 along the IMP-WR trajectory of a study.

    Raises:
        ValueError: if the study has none.
    """
    pairs = select(fidelities, "fidelities", study=study, procedure="imp_wr")
    pairs = pairs[pairs["round_b"] == pairs["round_a"] + 1]
    if pairs.empty:
        raise ValueError(f"table fidelities has no neighbour pairs (k, k+1) of study {study}")
    return pairs


def constant(rows: pd.DataFrame, column: str, study: str) -> Any:
    """The one value that a column has in all rows of a study.

    Raises:
        ValueError: if the column is unknown, empty or not the same in all rows.
    """
    if column not in rows.columns:
        raise ValueError(f"study {study}: there is no column {column!r} to label it with")
    values = rows[column].unique()
    if len(values) != 1 or pd.isna(values[0]):
        found = ", ".join(str(value) for value in values)
        raise ValueError(
            f"study {study}: column {column} must have one value to be a label, but has: {found}"
        )
    return values[0]


def energy_error(rounds: pd.DataFrame, study: str) -> str:
    """The column of a study's relative energy errors; of its errors per spin if the ground energy is zero."""
    part = select(rounds, "rounds", study=study)
    return "abs_error_per_site" if part["rel_error"].isna().all() else "rel_error"


def seed_count(rows: pd.DataFrame) -> int:
    """The largest number of seeds that a study has."""
    return int(rows.groupby("study")["seed"].nunique().max())


def _words(value: object) -> str:
    return " or ".join(str(item) for item in value) if isinstance(value, tuple) else str(value)
