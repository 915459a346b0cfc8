"""Where two files that should hold the same numbers differ: bit for bit, without times and what made them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from safetensors import safe_open

# What a file says of how and when it was made.
_NOT_COMPARED = {"checksum", "made_by", "seconds"}

FORMATS = (".safetensors", ".json", ".parquet")


def difference(stored: Path, made: Path) -> str | None:
    """What differs first between two files of one of `FORMATS`; None if nothing does.

    Raises:
        OSError, ValueError: if one cannot be read.
    """
    match stored.suffix:
        case ".safetensors":
            return _of_tensors(stored, made)
        case ".json":
            read = (json.loads(path.read_text(encoding="utf-8")) for path in (stored, made))
            return _of_values("", *read)
        case ".parquet":
            return _of_tables(pq.ParquetFile(stored).read(), pq.ParquetFile(made).read())
    raise ValueError(f"{stored}: files of this kind are not compared; allowed are {', '.join(FORMATS)}")


def _of_tensors(stored: Path, made: Path) -> str | None:
    with safe_open(stored, "numpy") as old, safe_open(made, "numpy") as new:
        if set(old.keys()) != set(new.keys()):
            return f"array {min(set(old.keys()) ^ set(new.keys()))} is in one of them alone"
        for name in sorted(old.keys()):
            if not _is_same(old.get_tensor(name), new.get_tensor(name)):
                return f"array {name}"
        headers = (json.loads((file.metadata() or {}).get("header", "{}")) for file in (old, new))
        return _of_values("", *headers)


def _of_tables(old: pa.Table, new: pa.Table) -> str | None:
    if old.column_names != new.column_names:
        return f"columns {', '.join(sorted(set(old.column_names) ^ set(new.column_names))) or 'in another order'}"
    if old.num_rows != new.num_rows:
        return f"{new.num_rows} rows in place of {old.num_rows}"
    for name in old.column_names:
        columns = [table[name].combine_chunks() for table in (old, new)]
        if not columns[0].equals(columns[1]):
            return f"column {name}"
        # Zeros of either sign are equal to Arrow.
        if pa.types.is_floating(columns[0].type) and not _is_same(
            *(column.to_numpy(zero_copy_only=False) for column in columns)
        ):
            return f"column {name}"
    return None


def _is_same(old: np.ndarray, new: np.ndarray) -> bool:
    return old.dtype == new.dtype and old.shape == new.shape and old.tobytes() == new.tobytes()


def _of_values(where: str, old: Any, new: Any) -> str | None:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted((old.keys() | new.keys()) - _NOT_COMPARED):
            place = f"{where}.{key}" if where else key
            if key not in old or key not in new:
                return f"{place} is in one of them alone"
            if found := _of_values(place, old[key], new[key]):
                return found
        return None
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, pair in enumerate(zip(old, new, strict=True)):
            if found := _of_values(f"{where}[{number}]", *pair):
                return found
        return None
    return None if repr(old) == repr(new) else f"{where}: {new!r} in place of {old!r}"
