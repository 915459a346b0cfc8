"""The standard error of the variance of the energy per spin."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

TABLE = "rounds"
UNIT = "energy^2/spin"
MEANING = "variance_error / n_sites"


def values(rows: pd.DataFrame) -> pd.Series:
    """One a row; 0 where exact."""
    return rows["variance_error"] / rows["n_sites"]
