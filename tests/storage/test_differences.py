"""Files that were made alike but for one number, and files of other times and other code."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sparse_nqs.storage.differences import difference
from sparse_nqs.storage.tensors import write_tensors

WEIGHTS = np.array([[0.0, 1.0], [2.0, np.pi]])


def tensors(path, weights=WEIGHTS, **header):
    write_tensors(path, "test", header, {"weights": weights, "mask": np.array([True, False])})


def test_arrays_are_compared_bit_for_bit(tmp_path):
    old, new = tmp_path / "old.safetensors", tmp_path / "new.safetensors"
    tensors(old, rounds=[{"steps": 3, "seconds": 1.5, "made_by": {"versions": "1"}}])
    tensors(new, rounds=[{"steps": 3, "seconds": 2.5, "made_by": {"versions": "2"}}])
    assert difference(old, new) is None
    for other in (WEIGHTS * (1 + 2e-16), -1.0 * -WEIGHTS * [[-1, 1], [1, 1]], WEIGHTS.astype("f4")):
        tensors(new, other, rounds=[{"steps": 3}])
        assert difference(old, new) == "array weights"
    tensors(new, rounds=[{"steps": 4}])
    assert difference(old, new) == "rounds[0].steps: 4 in place of 3"


def test_results_are_compared_by_their_values(tmp_path):
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps({"checksum": "a", "content": {"made_by": 1, "rounds": [{"energy": 1.0}]}}))
    new.write_text(json.dumps({"checksum": "b", "content": {"made_by": 2, "rounds": [{"energy": 1.0}]}}))
    assert difference(old, new) is None
    new.write_text(json.dumps({"content": {"rounds": [{"energy": 1}]}}))
    assert difference(old, new) == "content.rounds[0].energy: 1 in place of 1.0"


def test_tables_are_compared_column_by_column(tmp_path):
    old, new = tmp_path / "old.parquet", tmp_path / "new.parquet"
    pq.write_table(pa.table({"a": [1, 2], "b": [0.0, None]}), old)
    pq.write_table(pa.table({"a": [1, 2], "b": [0.0, None]}), new)
    assert difference(old, new) is None
    pq.write_table(pa.table({"a": [1, 2], "b": [-0.0, None]}), new)
    assert difference(old, new) == "column b"
    pq.write_table(pa.table({"a": [1], "b": [0.0]}), new)
    assert difference(old, new) == "1 rows in place of 2"


def test_other_files_are_not_compared(tmp_path):
    with pytest.raises(ValueError, match="files of this kind are not compared"):
        difference(tmp_path / "a.pdf", tmp_path / "b.pdf")
