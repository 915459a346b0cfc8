"""The scoreboard: comparison.parquet as a table to read, in Markdown and in HTML."""

from collections.abc import Mapping, Sequence

from sparse_nqs.report import html

TITLE = "Our curves against the paper's"
COLUMNS = [
    "figure",
    "paper's curve",
    "our study",
    "quantity",
    "points",
    "ours / paper's, median",
    "worst",
    "LEP ends at n: ours",
    "paper's",
    "HEP begins at n: ours",
    "paper's ",
    "lowest fidelity at n: ours",
    "paper's  ",
    "verdict",
]
_NUMBERS = COLUMNS[4:13]
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
    lines = [f"# {TITLE}", "", *NOTES, ""]
    if not rows:
        return "\n".join([*lines, _NOTHING, ""])
    lines.append("| " + " | ".join(COLUMNS) + " |")
    lines.append("|" + "---|" * len(COLUMNS))
    lines += ["| " + " | ".join(_cells(row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def page(rows: Sequence[Mapping]) -> str:
    """The scoreboard as a page of HTML."""
    notes = [html.paragraph(note) for note in NOTES]
    content = html.table(COLUMNS, map(_cells, rows), _NUMBERS) if rows else html.paragraph(_NOTHING)
    return html.page(TITLE, *notes, content)


_NOTHING = "The paper has no curve of the models, networks and procedures of these studies."


def _cells(row: Mapping) -> list[str]:
    mark = "*" if row["paper_errors"] == "corrected" else ""
    unresolved = f" ({row['unresolved']} unresolved)" if row["unresolved"] else ""
    return [
        f"{row['figure']}{mark}",
        row["series"],
        f"{row['study']}, {row['procedure']}",
        row["quantity"],
        f"{row['matched']}{unresolved}",
        _number(row["ratio_median"]),
        _number(row["ratio_worst"]),
        *(_interval(row, f"{owner}{name}") for name in ("lep_end", "hep_start") for owner in ("", "paper_")),
        *(_dip(row, owner) for owner in ("", "paper_")),
        row["verdict"],
    ]


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
