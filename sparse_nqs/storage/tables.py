"""Summary tables: Parquet with the columns of `schemas`."""

import os

import pyarrow as pa
import pyarrow.parquet as pq

from sparse_nqs.storage.atomic import replacing
from sparse_nqs.storage.schemas import arrow_schema
from sparse_nqs.storage.tensors import DamagedFileError


def _write(path: str | os.PathLike, table: pa.Table) -> None:
    with replacing(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def write_table(path: str | os.PathLike, table: str, rows: list[dict]) -> None:
    """Write rows, each with exactly the table's columns; atomic.

    Raises:
        ValueError: if a row's columns are not the table's, or a value does not fit its column.
    """
    schema = arrow_schema(table)
    for row in rows:
        if set(row) != set(schema.names):
            wrong = sorted(set(row) ^ set(schema.names))
            raise ValueError(f"table {table}: a row's columns differ from the schema in {', '.join(wrong)}")
        # Arrow would cut the fraction off.
        cut = [
            name
            for name in schema.names
            if pa.types.is_integer(schema.field(name).type) and isinstance(row[name], float)
        ]
        if cut:
            raise ValueError(f"table {table}: {cut[0]} is {row[cut[0]]!r}; allowed is an integer")
    try:
        content = pa.Table.from_pylist(rows, schema=schema)
    except pa.ArrowException as error:
        raise ValueError(f"table {table}: {error}") from error
    _write(path, content)


def concatenate_tables(path: str | os.PathLike, table: str, parts: list[str]) -> None:
    """Write the rows of several files of one table as one file; atomic.

    Raises:
        FileNotFoundError: if there is no such part.
        DamagedFileError: if a part cannot be read or has another schema.
    """
    schema = arrow_schema(table)
    tables = [_read(part, table) for part in parts]
    _write(path, pa.concat_tables(tables) if tables else schema.empty_table())


def _read(path: str | os.PathLike, table: str) -> pa.Table:
    schema = arrow_schema(table)
    try:
        content = pq.read_table(path)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{path}: no such file") from error
    except (pa.ArrowException, OSError) as error:
        raise DamagedFileError(
            f"{path}: not a readable {table} table ({error}); delete it and run again"
        ) from error
    if content.schema.remove_metadata() != schema.remove_metadata():
        raise DamagedFileError(f"{path}: is not a {table} table of this version; delete it and run again")
    return content


def read_table(path: str | os.PathLike, table: str):
    """Read a table as a pandas DataFrame.

    Raises:
        FileNotFoundError: if there is no such file.
        DamagedFileError: if it cannot be read or has another schema.
    """
    return _read(path, table).to_pandas()
