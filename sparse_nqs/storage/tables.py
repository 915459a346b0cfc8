"""Summary tables: Parquet with the columns of `table_schemas`; origin and checksum are in the file's metadata."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sparse_nqs.errors import NotFiniteError
from sparse_nqs.storage.atomic import replacing
from sparse_nqs.storage.sealed import (
    BLANK,
    DamagedFileError,
    decoding,
    require_intact,
    require_origin,
    seal,
)
from sparse_nqs.storage.table_schemas import SCHEMA_VERSION, TABLES, YOUNGER, arrow_schema

if TYPE_CHECKING:
    import pandas as pd

# Rows that a writer keeps in memory before it writes them.
_ROWS_AT_ONCE = 2**16

# The columns that name a row in a message.
_WHERE = ("study", "system", "matrix", "seed", "procedure", "round", "step")


Origin = Mapping[str, Any]


def write_table(path: str | os.PathLike, table: str, rows: list[dict], origin: Origin | None = None) -> None:
    """Write rows, each with exactly the table's columns; atomic.

    Args:
        origin: what the table belongs to, plain values by name.

    Raises:
        ValueError: if a row's columns are not the table's, or a value does not fit its column.
        NotFiniteError: if a number is NaN or infinite; what is not known must be None.
    """
    with table_writer(path, table, origin) as writer:
        writer.add_rows(rows)


class TableWriter:
    """A table that is written piece by piece, in bounded memory; made by `table_writer`."""

    def __init__(self, table: str, file: pq.ParquetWriter):
        self._table, self._file = table, file
        self._waiting: list[pa.Table] = []

    def add_rows(self, rows: list[dict]) -> None:
        """Append rows, each with exactly the table's columns.

        Raises:
            ValueError, NotFiniteError: as `write_table`.
        """
        self.add(_from_rows(self._table, rows))

    def add_columns(self, shared: dict[str, Any], columns: dict[str, Any]) -> None:
        """Append rows given by columns.

        Args:
            shared: values that all the rows share, by column.
            columns: arrays of one length, by column; at least one.

        Raises:
            ValueError: if the columns are not the table's, or do not fit it or each other.
            NotFiniteError: as `write_table`.
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
        """Append rows that have the table's schema.

        Raises:
            NotFiniteError: as `write_table`.
        """
        _require_finite(self._table, content)
        self._waiting.append(content)
        if sum(map(len, self._waiting)) >= _ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting:
            self._file.write_table(pa.concat_tables(self._waiting))
            self._waiting = []


@contextmanager
def table_writer(path: str | os.PathLike, table: str, origin: Origin | None = None) -> Iterator[TableWriter]:
    """Write a table piece by piece; atomic: the file appears at the end, and not at all if anything fails.

    Args:
        origin: as for `write_table`.
    """
    with replacing(path) as temporary:
        # Checksums of pages are for others, who may read tables with their own libraries.
        with pq.ParquetWriter(
            temporary, arrow_schema(table), compression="zstd", write_page_checksum=True
        ) as file:
            writer = TableWriter(table, file)
            yield writer
            writer.flush()
            text = json.dumps(dict(origin or {}), sort_keys=True)
            file.add_key_value_metadata({"origin": text, "checksum": BLANK})
        seal(temporary)


def _require_finite(table: str, content: pa.Table) -> None:
    for field in content.schema:
        if not pa.types.is_floating(field.type):
            continue
        finite = pc.is_finite(content[field.name])
        if pc.all(finite).as_py() is False:
            row = content.slice(pc.index(finite, False).as_py(), 1).to_pylist()[0]
            where = ", ".join(f"{name} {row[name]}" for name in _WHERE if name in row)
            raise NotFiniteError(
                f"table {table}: {field.name} is {row[field.name]} ({where}); allowed are finite numbers, and nothing "
                "was written"
            )


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


class TableFile(NamedTuple):
    """A table that becomes a part of another.

    Attributes:
        path: its file.
        origin: what it must belong to, as far as that is known.
    """

    path: str | os.PathLike
    origin: Origin | None = None


def concatenate_tables(
    path: str | os.PathLike, table: str, parts: Iterable[TableFile], origin: Origin | None = None
) -> None:
    """Write the rows of several files of one table as one file, a part at a time in memory; atomic.

    Args:
        origin: as for `write_table`.

    Raises:
        FileNotFoundError: if there is no such part.
        DamagedFileError: as `read_table`.
    """
    with table_writer(path, table, origin) as writer:
        for part in parts:
            writer.add(_read(part.path, table, part.origin))


def read_parts(table: str, parts: Iterable[TableFile]) -> "pd.DataFrame":
    """Read several files of one table as a pandas DataFrame, their rows one after another.

    Raises:
        ValueError: if there are none.
        FileNotFoundError, DamagedFileError: as `read_table`.
    """
    contents = [_read(part.path, table, part.origin) for part in parts]
    if not contents:
        raise ValueError(f"table {table}: there is no file to read it from")
    return pa.concat_tables(contents).to_pandas(use_threads=False)


def _read(path: str | os.PathLike, table: str, origin: Origin | None) -> pa.Table:
    schema = arrow_schema(table)
    kind = f"{table} table"
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{path}: no such file") from error
    require_intact(path, kind, content)
    with decoding(path, kind, pa.ArrowException, OSError):
        file = pq.ParquetFile(pa.BufferReader(content), pre_buffer=False)
        version = (file.schema_arrow.metadata or {}).get(b"schema_version", b"unknown").decode()
        if version != str(SCHEMA_VERSION):
            raise DamagedFileError(
                f"{path}: is a {kind} of schema version {version}, and this version of the project reads "
                f"{SCHEMA_VERSION}; delete it and run again"
            )
        lacking = set(YOUNGER.get(table, ())) - set(file.schema_arrow.names)
        there = pa.schema([field for field in schema if field.name not in lacking])
        if file.schema_arrow.remove_metadata() != there.remove_metadata():
            raise DamagedFileError(f"{path}: is not a {kind} of this version; delete it and run again")
        require_origin(path, kind, json.loads(file.metadata.metadata[b"origin"]), origin)
        # Arrow's threads sometimes abort a process that is about to end (apache/arrow, issue 34314).
        found = file.read(use_threads=False)
    for place, field in enumerate(schema):
        if field.name in lacking:
            found = found.add_column(place, field, pa.nulls(len(found), field.type))
    return found.replace_schema_metadata(schema.metadata)


def read_table(path: str | os.PathLike, table: str, origin: Origin | None = None) -> "pd.DataFrame":
    """Read a table as a pandas DataFrame.

    Args:
        origin: what the file must belong to, as far as that is known.

    Raises:
        FileNotFoundError: if there is no such file.
        DamagedFileError: if any byte of the file is not as it was written, or it has another schema or origin.
    """
    return _read(path, table, origin).to_pandas(use_threads=False)
