"""The scoreboard: comparison.parquet as a table to read, in Markdown and in HTML."""

from collections.abc import Mapping, Sequence

from sparse_nqs.report import html
from sparse_nqs.report.markdown import table as markdown_table

TITLE = "Our curves against the paper's"
COLUMNS = [
    "figure",
    "paper's curve",
    "our study",
    "quantity",
    "verdict",
    "points",
    "ours / paper's, median",
    "worst",
    "LEP ends at n: ours",
    "paper's",
    "HEP begins at n: ours",
    "paper's ",
    "lowest fidelity at n: ours",
    "paper's  ",
]
_NUMBERS = COLUMNS[5:]
# Of another system, or without a common n.
OTHER_COLUMNS = [*COLUMNS[:4], "why not compared"]
OTHER = "Not compared"
NOTES = (
    "Ratios are of energy errors at the same number of weights n, ours being the median over the seeds; worst is the "
    "largest. Points are those n of ours within the range of the published curve at which our error is resolved.",
    "Errors that the paper measures from a reference energy at another field (marked *) are taken from the DMRG energy "
    "at the field that it names. Regions are fitted in the same way to both; intervals are bootstrap intervals.",
    "A verdict is given only where system and network are the same; 'none' says what differs, and where that is the "
    "system itself nothing is compared. Lengths of training and pruning ratios are each side's own.",
)


def markdown(rows: Sequence[Mapping]) -> str:
    """The scoreboard as Markdown."""
    compared, others = _parted(rows)
    parts = [f"# {TITLE}", *NOTES, markdown_table(COLUMNS, map(_cells, compared)) if compared else _NOTHING]
    if others:
        parts += [f"## {OTHER}", markdown_table(OTHER_COLUMNS, map(_other_cells, others))]
    return "\n\n".join(parts) + "\n"


def page(rows: Sequence[Mapping]) -> str:
    """The scoreboard as a page of HTML."""
    compared, others = _parted(rows)
    parts = [html.paragraph(note) for note in NOTES]
    parts.append(
        html.table(COLUMNS, map(_cells, compared), _NUMBERS) if compared else html.paragraph(_NOTHING)
    )
    if others:
        parts += [html.heading(OTHER), html.table(OTHER_COLUMNS, map(_other_cells, others))]
    return html.page(TITLE, *parts)


def _parted(rows: Sequence[Mapping]) -> tuple[list[Mapping], list[Mapping]]:
    """The rows with anything to compare, and the others."""
    compared = [row for row in rows if row["matched"]]
    return compared, [row for row in rows if not row["matched"]]


_NOTHING = "The paper has no curve of the systems, networks and procedures of these studies."


def _cells(row: Mapping) -> list[str]:
    unresolved = f" ({row['unresolved']} unresolved)" if row["unresolved"] else ""
    return [
        *_names(row),
        row["verdict"],
        f"{row['matched']}{unresolved}",
        _number(row["ratio_median"]),
        _number(row["ratio_worst"]),
        *(_interval(row, f"{owner}{name}") for name in ("lep_end", "hep_start") for owner in ("", "paper_")),
        *(_dip(row, owner) for owner in ("", "paper_")),
    ]


def _other_cells(row: Mapping) -> list[str]:
    return [*_names(row), row["verdict"].removeprefix("none: ")]


def _names(row: Mapping) -> list[str]:
    mark = "*" if row["paper_errors"] == "corrected" else ""
    return [f"{row['figure']}{mark}", row["series"], f"{row['study']}, {row['procedure']}", row["quantity"]]


def _interval(row: Mapping, name: str) -> str:
    if row[name] is None:
        return ""
    return f"{_number(row[name])} [{_number(row[f'{name}_low'])}, {_number(row[f'{name}_high'])}]"


def _dip(row: Mapping, owner: str) -> str:
    if row[f"{owner}dip"] is None:
        return ""
    return f"{_number(row[f'{owner}dip'])} (F = {_number(row[f'{owner}dip_fidelity'])})"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}"
