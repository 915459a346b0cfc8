"""How sparse networks may be: the weights at which the error reaches some multiple of the dense network's.

For each procedure and seed, ln(error) is fitted from the dense network to the sparsest by a function that does not
decrease (isotonic least squares). So a single unlucky training does not end the search. The answer is the n at which
the fit crosses ln(factor times the dense error); between two trainings it is interpolated in ln(n). Isolated
trainings begin with the dense network too, random masks included: without pruning each of them is the dense network.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression

# Its ratios are those of relative errors, and it exists even if the ground energy is zero.
ERROR = "abs_error_per_site"


class Reached(NamedTuple):
    """Where an error reaches its threshold.

    Attributes:
        n_active: surviving weights there.
        is_bound: True if the error stays below the threshold at all n: then n_active is the smallest of them.
    """

    n_active: float
    is_bound: bool


def reached(n: np.ndarray, error: np.ndarray, threshold: float) -> Reached:
    """Where the error of one trajectory crosses a threshold.

    Args:
        n: float64 (K,), surviving weights, K >= 1, beginning with the dense network.
        error: float64 (K,), positive.
        threshold: positive.
    """
    order = np.argsort(-n, kind="stable")
    x = np.log(n[order])
    y = isotonic_regression(np.log(error[order])).x
    over = np.flatnonzero(y > np.log(threshold))
    if not len(over):
        return Reached(float(n.min()), True)
    k = int(over[0])
    if k == 0:
        return Reached(float(n.max()), False)
    part = (np.log(threshold) - y[k - 1]) / (y[k] - y[k - 1])
    return Reached(float(np.exp(x[k - 1] + part * (x[k] - x[k - 1]))), False)


def sparsity_reached(rounds: pd.DataFrame, study: str, factor: float) -> pd.DataFrame:
    """Where each procedure and seed of a study reaches `factor` times the error of its dense network.

    Errors that are not resolved (below their standard error) count as one standard error above zero. Seeds whose
    dense error is not resolved have no threshold and are left out.

    Args:
        rounds: rounds.parquet.
        study: the study.
        factor: above 1.

    Returns:
        A row for each procedure and seed. Columns: procedure, seed, n_active, n_total, is_bound.
    """
    table = rounds[rounds["study"] == study]
    dense = table[table["procedure"] == "dense"].set_index("seed")
    rows = []
    for (procedure, seed), part in table[table["procedure"] != "dense"].groupby(
        ["procedure", "seed"], sort=True
    ):
        if seed not in dense.index:
            continue
        start = dense.loc[seed]
        if not start[ERROR] > start[f"{ERROR}_error"]:
            continue
        errors = pd.concat([start.to_frame().T, part])[["n_active", ERROR, f"{ERROR}_error"]]
        n, error, sigma = (errors[name].to_numpy(dtype=np.float64) for name in errors.columns)
        error = np.where(error > sigma, error, np.maximum(error, 0.0) + sigma)
        error = np.where(np.isfinite(error), np.maximum(error, np.finfo(np.float64).tiny), np.inf)
        # A diverged training is as bad as one may be, and no more.
        error = np.minimum(error, 1e6)
        at = reached(n, error, factor * float(start[ERROR]))
        rows.append(
            {
                "procedure": procedure,
                "seed": seed,
                "n_active": at.n_active,
                "n_total": int(start["n_total"]),
                "is_bound": at.is_bound,
            }
        )
    return pd.DataFrame(rows, columns=["procedure", "seed", "n_active", "n_total", "is_bound"])
