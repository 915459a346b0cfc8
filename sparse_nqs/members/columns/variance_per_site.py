"""The variance of the energy per spin."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

TABLE = "rounds"
UNIT = "energy^2/spin"
MEANING = "variance / n_sites"


def values(rows: pd.DataFrame) -> pd.Series:
    """One a row."""
    return rows["variance"] / rows["n_sites"]
