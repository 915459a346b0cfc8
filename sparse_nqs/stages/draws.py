"""Rows of draws.parquet: the mean of several independent draws under one mask, or of random masks.

The mean over the draws has a confidence interval of Student's distribution, mean -+ t sqrt(variance / draws), as the
paper's Table 2 has (arXiv:2505.22734v2). The spread of the draws includes the sampling error of each energy.
"""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

CONFIDENCE = 0.999
_OF_NETWORK = ("n_active", "n_total", "density", "rho")
_OF_STUDY = ("network", "alpha", "model", "length", "width", "n_sites", "boundary", "coupling", "field")


def first_draws(table: pd.DataFrame) -> pd.DataFrame:
    """A table without the further draws of isolated trainings: one state for each seed, procedure and round."""
    return table[table["draw"] == 0] if "draw" in table.columns else table


def student_interval(values: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Mean, and the ends of its interval.

    Args:
        values: float64 (K,), independent and of one distribution, K >= 2.
        confidence: how often such an interval holds the true mean, if the values are normal.
    """
    mean = float(values.mean())
    quantile = float(stats.t.ppf(0.5 + confidence / 2, len(values) - 1))
    half = quantile * float(values.std(ddof=1)) / len(values) ** 0.5
    return mean, mean - half, mean + half


def draw_rows(rounds: pd.DataFrame) -> list[dict]:
    """A row for each study, seed, procedure and round with more than one draw.

    Args:
        rounds: rounds.parquet.
    """
    rows = []
    for (study, seed, procedure, number), part in rounds.groupby(
        ["study", "seed", "procedure", "round"], sort=False
    ):
        if len(part) < 2:
            continue
        first = part.iloc[0]
        errors = part["rel_error"].to_numpy(dtype=np.float64)
        # If no relative error is known, because the ground energy is zero, there is no mean of it.
        known = bool(np.isfinite(errors).all())
        mean, low, high = student_interval(errors) if known else (None, None, None)
        rows.append(
            {
                "study": study,
                "seed": int(seed),
                "procedure": procedure,
                "round": int(number),
                **{name: first[name].item() for name in _OF_NETWORK},
                "draws": len(part),
                "mean_rel_error": mean,
                "low": low,
                "high": high,
                "std_rel_error": float(errors.std(ddof=1)) if known else None,
                "confidence": CONFIDENCE,
                "t_init_imp_rel_error": _of_the_ticket(rounds, study, seed, number),
                **{name: _plain(first[name]) for name in _OF_STUDY},
            }
        )
    return rows


def _of_the_ticket(rounds: pd.DataFrame, study: object, seed: object, number: object) -> float | None:
    """The error of T(init, imp) under the same mask; None if it was not trained."""
    place = {"study": study, "seed": seed, "procedure": "t_init_imp", "round": number}
    found = rounds[np.logical_and.reduce([rounds[name] == value for name, value in place.items()])][
        "rel_error"
    ]
    return _plain(found.iloc[0]) if len(found) else None


def _plain(value: Any) -> Any:
    """A cell as plain Python; None where it is empty."""
    if pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value
