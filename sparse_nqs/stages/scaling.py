"""Rows of regions.parquet: the scaling regions of every chain in rounds.parquet."""

import numpy as np
import pandas as pd

from sparse_nqs.analysis import regions


def region_rows(rounds: pd.DataFrame, procedures: list[str]) -> list[dict]:
    """Rows of regions.parquet: a fit for each chain of each study that has enough resolved states.

    Args:
        rounds: rounds.parquet.
        procedures: those that make chains.
    """
    rows = []
    chains = rounds[rounds["procedure"].isin(procedures)]
    for (study, procedure), part in chains.groupby(["study", "procedure"], sort=False):
        dense = rounds[(rounds["study"] == study) & (rounds["procedure"] == "dense")]
        states = pd.concat([dense, part])
        columns = ("n_active", "abs_error_per_site", "abs_error_per_site_error")
        n, error, error_error = (states[name].to_numpy(dtype=np.float64) for name in columns)
        scaling = regions.fit_scaling(n, error, error_error, states["seed"].to_numpy())
        if scaling is None:
            continue
        shared = {
            "study": study,
            "procedure": procedure,
            "segments": len(scaling.segments),
            "confidence": regions.CONFIDENCE,
            "seeds": scaling.seeds,
            "points": scaling.points,
            "left_out": scaling.left_out,
            **{f"bic_{k}": None for k in range(1, regions.MOST_SEGMENTS + 1)},
            **{f"bic_{k}": float(bic) for k, bic in enumerate(scaling.bic, start=1)},
            "n_sites": int(states["n_sites"].iloc[0]),
        }
        for number, segment in enumerate(scaling.segments):
            row = {**shared, "segment": number, "region": segment.region}
            for name in ("n_start", "n_end", "exponent"):
                interval = getattr(segment, name)
                row |= {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
            rows.append(row | {"abs_error_start": segment.error_start, "abs_error_end": segment.error_end})
    return rows
