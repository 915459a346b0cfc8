"""The schemas of the summary tables: columns with type, unit and meaning. The files carry them too."""

import pyarrow as pa

from sparse_nqs.storage import derived, measured
from sparse_nqs.storage.columns import Column

SCHEMA_VERSION = 1

TABLES: dict[str, dict[str, Column]] = {**measured.MEASURED, **derived.DERIVED}
# What a row of each table is.
ROWS: dict[str, str] = {**measured.ROWS, **derived.ROWS}


def arrow_schema(table: str) -> pa.Schema:
    """The Arrow schema of a table, units and meanings in the fields' metadata.

    Raises:
        KeyError: if there is no such table.
    """
    fields = [
        pa.field(name, column.type, metadata={"unit": column.unit, "meaning": column.meaning})
        for name, column in TABLES[table].items()
    ]
    return pa.schema(fields, metadata={"table": table, "schema_version": str(SCHEMA_VERSION)})
