import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from sparse_nqs.storage.sealed import DamagedFileError
from sparse_nqs.storage.tensors import read_tensors, write_tensors

ARRAYS = {
    "weights/a": np.random.default_rng(0).normal(size=(3, 4)),
    "bits": np.array([1, 255, 0], dtype=np.uint8),
    "flags": np.array([[True, False]]),
    "flips": np.arange(5, dtype=np.int32),
    "none": np.zeros((0, 7), dtype=bool),
    "view": np.arange(12.0).reshape(3, 4).T[::2],
    "count": np.array(7, dtype=np.int32),
}
HEADER = {"study": "tfim_4x4", "seed": 3, "rounds": [{"round": 0, "shapes": {"b": [2, 3], "a": []}}]}


def test_round_trip(tmp_path):
    path = tmp_path / "file.safetensors"
    write_tensors(path, "things", HEADER, ARRAYS)
    header, arrays = read_tensors(path, "things")
    assert header == HEADER
    assert set(arrays) == set(ARRAYS)
    for name, value in ARRAYS.items():
        # A single number would compare equal to a row of one.
        assert (arrays[name].dtype, arrays[name].shape) == (value.dtype, value.shape)
        np.testing.assert_array_equal(arrays[name], value)


def test_two_writes_give_the_same_bytes(tmp_path):
    paths = [tmp_path / "a", tmp_path / "b"]
    write_tensors(paths[0], "things", HEADER, ARRAYS)
    turned = dict(reversed(HEADER.items()))
    write_tensors(paths[1], "things", turned, dict(reversed(ARRAYS.items())))
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_tensors(path, "things", HEADER, ARRAYS)
    before = path.read_bytes()

    def fail(target, content):
        with target.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="disk full"):
        write_tensors(path, "things", HEADER, {})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_file_is_missing_and_not_damaged(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"absent\.safetensors: no such file"):
        read_tensors(tmp_path / "absent.safetensors", "things")


def test_another_kind_is_refused(tmp_path):
    path = tmp_path / "file"
    write_tensors(path, "things", HEADER, ARRAYS)
    with pytest.raises(DamagedFileError, match="file: is not a states file; delete it and run again"):
        read_tensors(path, "states")


@pytest.mark.parametrize("text", ["[1, 2]", "3", "{", '"kind"', None])
def test_headers_that_are_not_ours(tmp_path, text):
    path = tmp_path / "file"
    save_file({"a": np.zeros(2)}, path, metadata={"header": text} if text else {"kind": "things"})
    with pytest.raises(DamagedFileError, match=r"file: .*things file"):
        read_tensors(path, "things")


def test_truncated_at_any_length(tmp_path):
    path = tmp_path / "file"
    write_tensors(path, "things", HEADER, ARRAYS)
    content = path.read_bytes()
    for length in range(0, len(content), 3):
        path.write_bytes(content[:length])
        with pytest.raises(DamagedFileError, match="file: not a readable things file"):
            read_tensors(path, "things")


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\0" * 64, b"PAR1" + b"x" * 99, json.dumps(HEADER).encode()]
)
def test_something_else_altogether(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(DamagedFileError, match="file: not a readable things file"):
        read_tensors(path, "things")
