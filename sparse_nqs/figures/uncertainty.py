"""The words of captions on seeds, sampling noise and reference energies, all from the rows that are drawn."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

BARS = "bars are standard errors"
_METHODS = {"dmrg": "DMRG", "ed": "exact diagonalisation", "exact": "construction"}
# A part of the largest error that is drawn: a reference known better than that needs no mention.
_NEGLIGIBLE = 1e-3


def seeds(drawn: pd.DataFrame, *, bands: bool = True) -> str:
    """How many seeds the studies have, and what is drawn of them.

    Args:
        drawn: the rows that are drawn: study, seed, procedure.
        bands: whether the figure draws several seeds as a band about their median.
    """
    counts = drawn.groupby("study")["seed"].nunique()
    number = str(counts.min()) if counts.min() == counts.max() else f"{counts.min()} to {counts.max()}"
    several = counts.max() > 1
    return (
        f"{number} a study; bands are their range, lines their median."
        if bands and several
        else f"{number} a study."
    )


def noise(drawn: pd.DataFrame, shown: str = BARS) -> str:
    """Which values are sampled and which are exact.

    Args:
        drawn: the rows that are drawn: study, method. Rows of several tables may be put together.
        shown: how the figure shows the standard errors of sampled values.
    """
    sampled, exact = (_studies(drawn[drawn["method"] == method]) for method in ("sampled", "exact"))
    if not sampled:
        return "All values are sums over all configurations, without sampling noise."
    if not exact:
        return f"All values are sampled; {shown}."
    return f"The values of {sampled} are sampled; {shown}. Those of {exact} are sums over all configurations."


def references(drawn: pd.DataFrame) -> str:
    """Where the ground energies come from that errors are measured from, and whether their own errors are seen.

    Args:
        drawn: the rows that are drawn: study, reference_method, abs_error_per_site and its reference error.
    """
    sentences = []
    for method, part in drawn.groupby("reference_method", sort=False):
        name = _METHODS.get(str(method), str(method))
        error = part["abs_error_per_site_reference_error"]
        known = error > _NEGLIGIBLE * part["abs_error_per_site"].abs().max()
        text = f"The ground energy of {_studies(part)} is from {name}"
        if known.any():
            text += f", with an error of up to {error.max():.2g} per spin, which the bars include"
        sentences.append(f"{text}.")
    return " ".join(sentences)


def no_relative_errors(drawn: pd.DataFrame) -> str:
    """A sentence on the studies whose ground energy is zero; nothing if there are none."""
    zero = drawn[drawn["rel_error"].isna() & drawn["abs_error_per_site"].notna()]
    if zero.empty:
        return ""
    words = "is zero, so there are no relative errors: shown is the error per spin"
    return f" The ground energy of {_studies(zero)} {words}."


def together(*parts: pd.DataFrame) -> pd.DataFrame:
    """Study, seed and method of rows of several tables."""
    return pd.concat([part[["study", "seed", "method"]] for part in parts], ignore_index=True)


def _studies(part: pd.DataFrame) -> str:
    names: Iterable[str] = dict.fromkeys(np.asarray(part["study"]))
    return ", ".join(f"``{name}``" for name in names)
