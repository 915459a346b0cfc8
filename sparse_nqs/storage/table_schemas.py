"""The schemas of the summary tables: columns with type, unit and meaning. Types and units are in the files too."""

import pyarrow as pa

from sparse_nqs.storage import derived, measured
from sparse_nqs.storage.columns import Column

SCHEMA_VERSION = 1

TABLES: dict[str, dict[str, Column]] = {**measured.MEASURED_TABLES, **derived.DERIVED_TABLES}
# Columns that files of this version may lack, as they are younger; they are null then.
YOUNGER: dict[str, tuple[str, ...]] = {"rounds": ("options",)}
# What a row of each table is.
ROWS: dict[str, str] = {**measured.ROWS, **derived.ROWS}


def arrow_schema(table: str) -> pa.Schema:
    """The Arrow schema of a table, units in the fields' metadata; what a column means is in docs/tables.md alone.

    Raises:
        KeyError: if there is no such table.
    """
    fields = [
        pa.field(name, column.type, metadata={"unit": column.unit}) for name, column in TABLES[table].items()
    ]
    return pa.schema(fields, metadata={"table": table, "schema_version": str(SCHEMA_VERSION)})
