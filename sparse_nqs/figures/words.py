"""The words of captions: systems, networks, seeds and numbers, from the tables. Text is reStructuredText."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from sparse_nqs.members.loading import load
from sparse_nqs.members.procedures import ordered

PROCEDURES: dict[str, str] = {name: load("procedures", name).LABEL for name in ordered()}


def page(shown: str, system: str, seeds: str, conclusion: str | Iterable[str]) -> str:
    """A caption: what is shown, on which system, from how many seeds, and what to conclude (one text or a list)."""
    if not isinstance(conclusion, str):
        conclusion = "\n\n" + "\n".join(f"- {entry}" for entry in conclusion)
    parts = {"Shown": shown, "System": system, "Seeds": seeds, "What it says": conclusion}
    return "\n\n".join(f"**{name}.** {text}" for name, text in parts.items()) + "\n"


def systems(rounds: pd.DataFrame, studies: Sequence[str]) -> str:
    """The systems and networks of some studies, one clause a study."""
    return "; ".join(f"``{study}``: {_system(rounds, study)}" for study in studies) + "."


def model(name: str) -> str:
    """A model's name in words."""
    return str(load("systems", name).LABEL)


def medians(rows: pd.DataFrame, column: str) -> pd.Series:
    """The median over seeds of a column by round, of positive values only."""
    values = rows[rows[column] > 0]
    return values.groupby("round")[column].median()


def number(value: float) -> str:
    """A number with three digits."""
    return f"{value:.3g}" if np.isfinite(value) else "no number"


def published(entries: Iterable) -> str:
    """A sentence on the paper's curves below ours; nothing if there are none."""
    entries = list(entries)
    if not entries:
        return ""
    figures = ", ".join(dict.fromkeys(f"Fig. {entry.curve.figure}" for entry in entries))
    text = f" Dotted: the paper's curves ({figures})."
    widths = sorted({entry.curve.n_total for entry in entries if entry.network})
    if widths:
        text += (
            f" Of these, some are of networks of another width, with {_listed(widths)} weights when dense."
        )
    fields = sorted({entry.curve.field for entry in entries if entry.system})
    if fields:
        text += f" Some are at kappa = {_listed(fields)}."
    if any(entry.curve.is_shifted for entry in entries):
        text += (
            " Their errors were published from a reference energy at another field and are shown here from the DMRG "
            "energy at the field that the paper names."
        )
    return text


def ratios_to_chain(
    rounds: pd.DataFrame, study: str, procedures: Sequence[str], y: str = "error"
) -> list[str]:
    """How errors or variances of some procedures compare with IMP-WR with as many weights, a sentence a procedure."""
    part = rounds[rounds["study"] == study]
    # The column of errors per spin. They exist for every ground energy, and their ratios are those of relative
    # errors.
    column, what = ("variance", "variances") if y == "variance" else ("abs_error_per_site", "errors")
    chain = medians(part[part["procedure"] == "imp_wr"], column)
    sentences = []
    for procedure in procedures:
        name = PROCEDURES[procedure]
        ratio = (medians(part[part["procedure"] == procedure], column) / chain).dropna()
        if len(ratio):
            sentences.append(
                f"``{study}``: {what} of {name} are {number(ratio.median())} times those of IMP-WR with as many "
                f"weights (median of {len(ratio)} rounds, {number(ratio.min())} to {number(ratio.max())})."
            )
    return sentences


def reading(drawn: pd.DataFrame) -> list[str]:
    """What to look for among isolated trainings, a sentence for each comparison that the drawn rows allow."""
    there = set(drawn["procedure"])
    sentences = []
    if "t_init_rand" in there and there & {"t_init_imp", "imp_wr"}:
        sentences.append("Where T(init, rand) lies above the others, the pattern of connections matters.")
    if {"t_rand_imp", "t_init_imp"} <= there:
        sentences.append("Where T(rand, imp) lies above T(init, imp), the initial weights matter.")
    return sentences


def dips(fidelities: pd.DataFrame, labels: Mapping[str, str]) -> list[str]:
    """Where the neighbour fidelity of each study is lowest, a sentence a study; `labels` by study."""
    sentences = []
    for study, label in labels.items():
        part = fidelities[(fidelities["study"] == study) & (fidelities["procedure"] == "imp_wr")]
        part = part[part["round_b"] == part["round_a"] + 1]
        middle = part.groupby("round_a")[["rho_a", "fidelity"]].median()
        lowest = middle.loc[middle["fidelity"].idxmin()]
        sentences.append(
            f"{label}: the neighbour fidelity is lowest, {number(lowest['fidelity'])}, at rho = "
            f"{number(lowest['rho_a'])}."
        )
    return sentences


def _listed(values: Iterable) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _system(rounds: pd.DataFrame, study: str) -> str:
    row = rounds[rounds["study"] == study].iloc[0]
    text = f"{model(row['model'])}, {row['length']:g} x {row['width']:g}"
    if pd.notna(row["field"]):
        text += f", kappa = {row['field']:g}"
    text += f", {load('networks', row['network']).LABEL}"
    if pd.notna(row["alpha"]):
        text += f" with alpha = {row['alpha']:g}"
    return f"{text}, {row['n_total']:g} weights when dense"
