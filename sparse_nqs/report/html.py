"""Small pages of HTML that stand alone: no scripts, no files beside them."""

from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
body { font: 14px/1.45 system-ui, sans-serif; color: #222; background: #fff; margin: 1.5em; max-width: 80em; }
table { border-collapse: collapse; margin: 0.6em 0 1.4em; }
th, td { border-bottom: 1px solid #ccc; padding: 0.25em 0.7em; text-align: left; vertical-align: top; }
th { border-bottom: 2px solid #555; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
pre { background: #f4f4f4; padding: 1em; overflow-x: auto; font-size: 12px; }
"""


def page(title: str, *parts: str) -> str:
    """A whole page. `parts` are HTML already; the title is text."""
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )


def heading(text: str) -> str:
    """A heading within the page."""
    return f"<h2>{escape(text)}</h2>"


def paragraph(text: str) -> str:
    """A paragraph of text."""
    return f"<p>{escape(text)}</p>"


def preformatted(text: str) -> str:
    """Text as it is, such as a file's."""
    return f"<pre>{escape(text)}</pre>"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[str] = ()) -> str:
    """A table of text; the columns named in `numbers` are aligned to the right."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    lines = []
    for row in rows:
        cells = zip(columns, row, strict=True)
        kinds = [(' class="number"' if name in numbers else "", escape(text)) for name, text in cells]
        lines.append("<tr>" + "".join(f"<td{kind}>{text}</td>" for kind, text in kinds) + "</tr>")
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(lines) + "\n</tbody>\n</table>"
