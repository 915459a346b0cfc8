"""Summary tables: Parquet with the columns of `schemas`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sparse_nqs.storage.atomic import replacing
from sparse_nqs.storage.schemas import TABLES, arrow_schema
from sparse_nqs.storage.tensors import DamagedFileError

# Rows that a writer keeps in memory before it writes them.
_ROWS_AT_ONCE = 2**16


def write_table(path: str | os.PathLike, table: str, rows: list[dict]) -> None:
    """Write rows, each with exactly the table's columns; atomic.

    Raises:
        ValueError: if a row's columns are not the table's, or a value does not fit its column.
    """
    content = _from_rows(table, rows)
    with replacing(path) as temporary:
        pq.write_table(content, temporary, compression="zstd")


class TableWriter:
    """A table that is written piece by piece, in bounded memory; made by `table_writer`."""

    def __init__(self, table: str, file: pq.ParquetWriter):
        self._table, self._file = table, file
        self._waiting: list[pa.Table] = []

    def add_rows(self, rows: list[dict]) -> None:
        """Append rows, each with exactly the table's columns.

        Raises:
            ValueError: as `write_table`.
        """
        self.add(_from_rows(self._table, rows))

    def add_columns(self, shared: dict[str, Any], columns: dict[str, Any]) -> None:
        """Append rows given by columns.

        Args:
            shared: values that all the rows share, by column.
            columns: arrays of one length, by column; at least one.

        Raises:
            ValueError: if the columns are not the table's, or do not fit it or each other.
        """
        schema = arrow_schema(self._table)
        _check_columns(self._table, [*shared, *columns])
        _check_integers(self._table, shared)
        length = len(next(iter(columns.values())))
        try:
            arrays = [
                pa.array(np.asarray(columns[field.name]), field.type)
                if field.name in columns
                else pa.repeat(pa.scalar(shared[field.name], field.type), length)
                for field in schema
            ]
            self.add(pa.Table.from_arrays(arrays, schema=schema))
        except pa.ArrowException as error:
            raise ValueError(f"table {self._table}: {error}") from error

    def add(self, content: pa.Table) -> None:
        """Append rows that have the table's schema."""
        self._waiting.append(content)
        if sum(map(len, self._waiting)) >= _ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting:
            self._file.write_table(pa.concat_tables(self._waiting))
            self._waiting = []


@contextmanager
def table_writer(path: str | os.PathLike, table: str) -> Iterator[TableWriter]:
    """Write a table piece by piece; atomic: the file appears at the end, and not at all if anything fails."""
    with (
        replacing(path) as temporary,
        pq.ParquetWriter(temporary, arrow_schema(table), compression="zstd") as file,
    ):
        writer = TableWriter(table, file)
        yield writer
        writer.flush()


def _check_columns(table: str, names: list[str]) -> None:
    if len(names) != len(TABLES[table]) or set(names) != TABLES[table].keys():
        wrong = sorted(set(names) ^ TABLES[table].keys()) or names
        raise ValueError(f"table {table}: a row's columns differ from the schema in {', '.join(wrong)}")


def _check_integers(table: str, values: dict[str, Any]) -> None:
    for name, value in values.items():
        # Arrow would cut the fraction off.
        if isinstance(value, float) and pa.types.is_integer(TABLES[table][name].type):
            raise ValueError(f"table {table}: {name} is {value!r}; allowed is an integer")


def _from_rows(table: str, rows: list[dict]) -> pa.Table:
    for row in rows:
        _check_columns(table, list(row))
        _check_integers(table, row)
    try:
        return pa.Table.from_pylist(rows, schema=arrow_schema(table))
    except pa.ArrowException as error:
        raise ValueError(f"table {table}: {error}") from error


def concatenate_tables(path: str | os.PathLike, table: str, parts: list[str]) -> None:
    """Write the rows of several files of one table as one file, a part at a time in memory; atomic.

    Raises:
        FileNotFoundError: if there is no such part.
        DamagedFileError: if a part cannot be read or has another schema.
    """
    with table_writer(path, table) as writer:
        for part in parts:
            writer.add(_read(part, table))


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
