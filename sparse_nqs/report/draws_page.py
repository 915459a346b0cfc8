"""Independent draws under one mask, beside the paper's Table 2, in Markdown and in HTML."""

from collections.abc import Mapping, Sequence

from sparse_nqs.published import Table2Row, table2
from sparse_nqs.report import html
from sparse_nqs.report.markdown import table as markdown_table

TITLE = "Independent draws under one mask"
COLUMNS = [
    "study",
    "seed",
    "procedure",
    "round",
    "n",
    "draws",
    "T(init, imp)",
    "mean",
    "interval",
    "paper's T(init, imp)",
    "paper's mean",
    "paper's interval",
]
_NUMBERS = COLUMNS[3:]


def notes(rows: Sequence[Mapping]) -> list[str]:
    """What the columns are."""
    if not rows:
        return ["No study of this run has more than one draw."]
    confidence = 100 * rows[0]["confidence"]
    return [
        f"Relative errors of the energy. The mean is over the draws; the interval is Student's, {confidence:g} %, and "
        "may go below zero, which no error does: the draws of a few networks are not normal.",
        "The paper's numbers (Table 2 of arXiv:2505.22734v2) stand beside T(rand, imp) of the same system, network and "
        "round; its rounds begin with 0 at the first pruned network, ours with 1. Those of the Ising model are "
        "corrected: measured from the DMRG energy at the field that the paper names.",
    ]


def markdown(rows: Sequence[Mapping]) -> str:
    """The page as Markdown."""
    parts = [f"# {TITLE}", *notes(rows)]
    if rows:
        parts.append(markdown_table(COLUMNS, map(_cells, rows)))
    return "\n\n".join(parts) + "\n"


def page(rows: Sequence[Mapping]) -> str:
    """The page as HTML."""
    parts = [html.paragraph(note) for note in notes(rows)]
    if rows:
        parts.append(html.table(COLUMNS, map(_cells, rows), _NUMBERS))
    return html.page(TITLE, *parts)


def _cells(row: Mapping) -> list[str]:
    theirs = _counterpart(row)
    return [
        row["study"],
        str(row["seed"]),
        row["procedure"],
        str(row["round"]),
        str(row["n_active"]),
        str(row["draws"]),
        _number(row["t_init_imp_rel_error"]),
        _number(row["mean_rel_error"]),
        _interval(row["low"], row["high"]),
        *(
            (_number(theirs.t_init_imp), _number(theirs.mean), _interval(theirs.low, theirs.high))
            if theirs
            else ("", "", "")
        ),
    ]


def _counterpart(row: Mapping) -> Table2Row | None:
    """The paper's numbers of the same system, network, procedure and round."""
    for entry in table2():
        if row["procedure"] == "t_rand_imp" and row["round"] == entry.round and entry.is_of(row):
            return entry
    return None


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"[{_number(low)}, {_number(high)}]"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
