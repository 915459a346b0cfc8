"""Rows of comparison.parquet: our curves against the paper's, at the same number of weights.

Errors are compared as ratios, ours (the median over the seeds) over the paper's, which is interpolated linearly in
ln(n) and ln(error) where it has no point at our n; networks of the same size and ratio share their n, so that nothing
is interpolated. Errors of the paper are corrected (`published.corrected`). Neighbour fidelities are compared by where
they are lowest. Only the same system and network get a verdict; for others the row says what differs, and where it is
the system, nothing is compared.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from sparse_nqs import published
from sparse_nqs.analysis import regions as scaling

ALIKE = 1.25  # ratios of errors within this factor are alike
ALIKE_DIP = 1.35  # and positions of a dip, three prunings by 12 % or one by 30 %
LEAST = 3  # matched points for a verdict
_DESCRIPTION = ["model", "length", "width", "boundary", "coupling", "field", "network"]
_BOUNDARIES = ("lep_end", "hep_start")


def comparison_rows(rounds: pd.DataFrame, fidelities: pd.DataFrame, regions: pd.DataFrame) -> list[dict]:
    """Rows of comparison.parquet: one for each study, procedure, quantity and published curve of the same kind.

    Args:
        rounds: rounds.parquet.
        fidelities: fidelities.parquet.
        regions: regions.parquet.
    """
    rows = []
    for study, table in rounds.groupby("study", sort=False):
        description = table[_DESCRIPTION].iloc[0].to_dict() | {"n_total": int(table["n_total"].max())}
        for procedure in table["procedure"].unique():
            # The dense network begins a chain, and is no series of its own.
            states = table[
                table["procedure"].isin([procedure, *(["dense"] if procedure == "imp_wr" else [])])
            ]
            for quantity in ("rel_error", "abs_error_per_site"):
                for entry in published.counterparts(description, procedure, quantity):
                    row = _start(study, procedure, entry, description)
                    # At another size or field, the same n means another thing.
                    if entry.can_overlay:
                        row |= _errors(states, quantity, entry)
                        row |= _ours(regions, study, procedure) | _theirs(entry)
                    rows.append(row | {"verdict": _verdict(row, entry)})
        neighbours = fidelities[(fidelities["study"] == study) & (fidelities["procedure"] == "imp_wr")]
        neighbours = neighbours[neighbours["round_b"] == neighbours["round_a"] + 1]
        for entry in published.counterparts(description, "imp_wr", "fidelity") if len(neighbours) else []:
            row = _start(study, "imp_wr", entry, description)
            row |= _dips(neighbours, entry) if entry.can_overlay else {}
            rows.append(row | {"verdict": _verdict(row, entry)})
    figures = {curve.figure: position for position, curve in enumerate(published.series())}
    return sorted(rows, key=lambda row: figures[row["figure"]])


def _start(study: str, procedure: str, entry: published.Counterpart, description: Mapping) -> dict:
    """The columns that name the two curves, and all others empty."""
    curve = entry.curve
    empty = [
        f"{owner}{name}{end}"
        for owner in ("", "paper_")
        for name in _BOUNDARIES
        for end in ("", "_low", "_high")
    ]
    empty += ["ratio_median", "ratio_worst", "dip", "dip_fidelity", "paper_dip", "paper_dip_fidelity"]
    return {
        "figure": curve.figure,
        "series": curve.name,
        "study": study,
        "procedure": procedure,
        "quantity": curve.quantity,
        "n_total": description["n_total"],
        "paper_n_total": curve.n_total,
        "differences": "; ".join(entry.system + entry.network),
        "paper_errors": "corrected" if published.corrected(curve).is_shifted else "as_printed",
        "matched": 0,
        "unresolved": 0,
        **dict.fromkeys(empty),
    }


def _errors(states: pd.DataFrame, quantity: str, entry: published.Counterpart) -> dict:
    """Ratios of errors at matched n."""
    curve = published.corrected(entry.curve)
    known = curve.value > 0
    n_paper, paper = np.log(curve.n_active[known][::-1]), np.log(curve.value[known][::-1])
    values = states[quantity].to_numpy(dtype=np.float64)
    resolved = values > states[f"{quantity}_error"].to_numpy(dtype=np.float64)
    per_round = states.assign(value=np.where(resolved, values, np.nan)).groupby("round")
    n = np.log(per_round["n_active"].median().to_numpy(dtype=np.float64))
    value = np.array(per_round["value"].median())
    # A median of the resolved seeds alone would be too high where most are not.
    value[per_round["value"].count().to_numpy() * 2 <= per_round.size().to_numpy()] = np.nan
    inside = (n >= n_paper.min()) & (n <= n_paper.max())
    ratios = value[inside] / np.exp(np.interp(n[inside], n_paper, paper))
    unresolved = int(np.isnan(ratios).sum())
    ratios = ratios[~np.isnan(ratios)]
    row: dict[str, float] = {"matched": len(ratios), "unresolved": unresolved}
    if len(ratios):
        row |= {"ratio_median": float(np.median(ratios)), "ratio_worst": float(ratios.max())}
    return row


def _ours(regions: pd.DataFrame, study: str, procedure: str) -> dict:
    """Where our LEP ends and our HEP begins, for chains."""
    fit = regions[(regions["study"] == study) & (regions["procedure"] == procedure)].sort_values("segment")
    found: dict[str, float] = {}
    for name, part, end in (
        ("lep_end", fit[fit["region"] == "LEP"].tail(1), "n_end"),
        ("hep_start", fit[fit["region"] == "HEP"].head(1), "n_start"),
    ):
        if len(part) and pd.notna(part[f"{end}_low"].iloc[0]):
            found |= {f"{name}{tail}": float(part[f"{end}{tail}"].iloc[0]) for tail in ("", "_low", "_high")}
    return found


def _theirs(entry: published.Counterpart) -> dict:
    """The same of the published curve, fitted in the same way."""
    return (
        _published_boundaries(entry.curve.figure, entry.curve.name)
        if entry.curve.procedure == "imp_wr"
        else {}
    )


@cache
def _published_boundaries(figure: str, name: str) -> dict:
    (curve,) = [curve for curve in published.series() if (curve.figure, curve.name) == (figure, name)]
    curve = published.corrected(curve)
    none = np.zeros(len(curve.value))
    fit = scaling.fit_scaling(curve.n_active.astype(np.float64), curve.value, none, none.astype(np.int64))
    segments = () if fit is None else fit.segments
    ends = {
        "lep_end": [segment.n_end for segment in segments if segment.region == "LEP"][-1:],
        "hep_start": [segment.n_start for segment in segments if segment.region == "HEP"][:1],
    }
    return {
        f"paper_{name}{tail}": value
        for name, intervals in ends.items()
        for interval in intervals
        if interval.low is not None
        for tail, value in zip(("", "_low", "_high"), interval, strict=True)
    }


def _dips(neighbours: pd.DataFrame, entry: published.Counterpart) -> dict:
    """Where the neighbour fidelities are lowest."""
    medians = neighbours.groupby("round_a")[["n_active_a", "fidelity"]].median()
    ours, theirs = medians.loc[medians["fidelity"].idxmin()], int(np.argmin(entry.curve.value))
    inside = medians["n_active_a"].between(entry.curve.n_active.min(), entry.curve.n_active.max())
    return {
        "matched": int(inside.sum()),
        "dip": float(ours["n_active_a"]),
        "dip_fidelity": float(ours["fidelity"]),
        "paper_dip": float(entry.curve.n_active[theirs]),
        "paper_dip_fidelity": float(entry.curve.value[theirs]),
    }


def _verdict(row: dict, entry: published.Counterpart) -> str:
    if not entry.is_same:
        return f"none: {row['differences']}"
    if row["matched"] < LEAST:
        return f"none: {row['matched']} matched points are too few"
    if row["quantity"] == "fidelity":
        apart = max(row["dip"] / row["paper_dip"], row["paper_dip"] / row["dip"])
        return "dip at the same n" if apart <= ALIKE_DIP else "dip at another n"
    middle, worst = row["ratio_median"], row["ratio_worst"]
    if middle > ALIKE:
        return "higher errors"
    if middle >= 1 / ALIKE:
        return "alike" if worst <= ALIKE else "alike, but not everywhere"
    return "lower errors" if worst <= ALIKE else "lower errors, but not everywhere"
