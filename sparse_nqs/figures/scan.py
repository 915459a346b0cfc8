"""What scans share: which curves there are, in what order, and how each is called and coloured."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from sparse_nqs.figures import curves, rows
from sparse_nqs.figures.style import SCAN_MARKERS, SYMBOLS, Colour, scan_colours
from sparse_nqs.members.loading import load, names


class ScanEntry(NamedTuple):
    """One curve of a scan."""

    study: str
    label: str
    colour: Colour
    marker: str


def entries(rounds: pd.DataFrame, studies: list[str], column: str) -> list[ScanEntry]:
    """The curves of a scan, one a study, in the order of the labelling column; as given where that is the study.

    Raises:
        ValueError: if a study has no rows, or the column does not label it.
    """
    values = {}
    for study in studies:
        values[study] = rows.constant(rows.select(rounds, "rounds", study=study), column, study)
    if column == "study":
        order = list(studies)
    else:
        numbers = all(isinstance(value, int | float | np.number) for value in values.values())
        order = sorted(studies, key=lambda study: values[study] if numbers else str(values[study]))
    symbol = "" if column == "study" else f"{_symbol(column)} = "
    texts = {study: f"{symbol}{_text(values[study])}" for study in studies}
    return _dress(order, texts)


def sizes(rounds: pd.DataFrame, studies: list[str]) -> list[ScanEntry]:
    """The curves of a scan over the lattice size, one a study, from the smallest to the largest.

    Raises:
        ValueError: if a study has no rows.
    """
    extents = {}
    for study in studies:
        part = rows.select(rounds, "rounds", study=study)
        extents[study] = tuple(
            int(rows.constant(part, name, study)) for name in ("n_sites", "length", "width")
        )
    order = sorted(studies, key=lambda study: extents[study])
    texts = {
        study: f"$L={length}$" if length == width else rf"${length}\times{width}$"
        for study, (_, length, width) in extents.items()
    }
    return _dress(order, texts)


def draw(
    ax: Axes,
    entries: Sequence[ScanEntry],
    rows_of: Callable[[str], pd.DataFrame],
    *,
    x: str,
    y: str,
    step: str = "round",
    log: bool,
) -> tuple[list[Artist], list[curves.SeedCurve]]:
    """Draw the curves of a scan.

    Args:
        ax: the axes.
        entries: the curves.
        rows_of: the rows of a study that make up its curve, by the study's name.
        x: as for `curves.over_seeds`, with `y`, `step` and `log`.

    Returns:
        The legend's entries and the curves.
    """
    handles: list[Artist] = []
    drawn = []
    for entry in entries:
        curve = curves.over_seeds(rows_of(entry.study), x=x, y=y, step=step, log=log)
        handles.append(curves.draw(ax, curve, colour=entry.colour, marker=entry.marker, label=entry.label))
        drawn.append(curve)
    return handles, drawn


def _dress(order: list[str], texts: dict[str, str]) -> list[ScanEntry]:
    # Two studies may share a label; their names tell them apart then.
    shared = {text for text in texts.values() if list(texts.values()).count(text) > 1}
    names = [f"{texts[study]} ({study})" if texts[study] in shared else texts[study] for study in order]
    markers = [SCAN_MARKERS[index % len(SCAN_MARKERS)] for index in range(len(order))]
    return [ScanEntry(*entry) for entry in zip(order, names, scan_colours(len(order)), markers, strict=True)]


def _symbol(column: str) -> str:
    if column in names("columns"):
        return str(getattr(load("columns", column), "SYMBOL", column))
    return SYMBOLS.get(column, column.removeprefix("options."))


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float | np.number) else str(value)
