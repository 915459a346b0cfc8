"""The reference of the tables, docs/tables.md, made from the schemas: `python -m sparse_nqs.storage.document`."""

from sparse_nqs.members.columns import of_table
from sparse_nqs.members.loading import load
from sparse_nqs.storage.table_schemas import ROWS, SCHEMA_VERSION, TABLES

_HEAD = f"""# Tables

Made from the schemas by `python -m sparse_nqs.storage.document`; a test keeps it current. The tables are Parquet files
of schema version {SCHEMA_VERSION} in `results/summaries/`, and those of one study in
`results/studies/<study>/tables/`. Units are in the metadata of every file's fields too. A unit of
`energy` is that of the Hamiltonian, in which J = 1 unless a study says otherwise; no unit is a pure number. Missing
values are null, and no number is NaN or infinite.

```python
import pyarrow.parquet as pq

from sparse_nqs.storage.tables import read_table

rounds = read_table("results/summaries/rounds.parquet", "rounds")
print(pq.read_schema("results/summaries/rounds.parquet").field("rho").metadata)
```

`read_table` gives a pandas table, and refuses a file in which a byte is not as it was written. pandas reads the files
too, without that check: `pd.read_parquet(path, page_checksum_verification=True)` has Arrow check the pages, though not
what stands round them.
"""

_TYPES = {"string": "text", "int64": "whole number", "double": "number"}


def render() -> str:
    """The whole reference as Markdown."""
    parts = [_HEAD]
    for table, columns in TABLES.items():
        parts.append(f"## {table}\n\n{ROWS[table]}\n")
        parts.append("| column | type | unit | meaning |\n|---|---|---|---|")
        for name, column in columns.items():
            meaning = column.meaning.replace("|", "\\|")
            parts.append(f"| `{name}` | {_TYPES[str(column.type)]} | {column.unit} | {meaning} |")
        parts.append("")
        parts += _computed(table)
    return "\n".join(parts)


def _computed(table: str) -> list[str]:
    """The columns that are in no file."""
    columns = {name: load("columns", name) for name in of_table(table)}
    if not columns:
        return []
    lines = [f"| `{name}` | {column.UNIT} | {column.MEANING} |" for name, column in columns.items()]
    head = f'Computed by `members.columns.filled("{table}", rows)`, in no file:'
    return [f"{head}\n", "| column | unit | meaning |\n|---|---|---|", *lines, ""]


if __name__ == "__main__":
    print(render(), end="")
