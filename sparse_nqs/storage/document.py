"""The reference of the tables, docs/tables.md, made from the schemas: `python -m sparse_nqs.storage.document`."""

from sparse_nqs.storage.table_schemas import ROWS, SCHEMA_VERSION, TABLES

_HEAD = f"""# Tables

Made from the schemas by `python -m sparse_nqs.storage.document`; a test keeps it current. The tables are Parquet files
of schema version {SCHEMA_VERSION} in `results/summaries/`, and those of one study in
`results/studies/<study>/tables/`. Units and meanings are in the metadata of every file's fields too. A unit of
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
    return "\n".join(parts)


if __name__ == "__main__":
    print(render(), end="")
