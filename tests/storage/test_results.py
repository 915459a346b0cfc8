import numpy as np
import pytest

from sparse_nqs.errors import NotFiniteError
from sparse_nqs.storage.results import read_result, write_result
from sparse_nqs.storage.sealed import BLANK, DamagedFileError, sealed

CONTENT = {
    "energy": -50.85817810220085,
    "error": 1e-300,
    "steps": [],
    "name": "größe",
    "none": None,
    "n": 2**60,
}


def test_round_trip_to_the_last_digit(tmp_path):
    path = tmp_path / "reference.json"
    write_result(path, "reference", CONTENT)
    assert read_result(path, "reference") == CONTENT
    first = path.read_bytes()
    write_result(path, "reference", CONTENT)
    assert path.read_bytes() == first


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_json_does_not_know_are_refused(tmp_path, value):
    path = tmp_path / "reference.json"
    write_result(path, "reference", CONTENT)
    message = (
        rf"^reference: steps\[1\]\.energy is {value}; allowed are finite numbers, and nothing was written$"
    )
    with pytest.raises(NotFiniteError, match=message):
        write_result(path, "reference", {"steps": [{}, {"energy": value}]})
    assert read_result(path, "reference") == CONTENT


@pytest.mark.parametrize("content", [b"", b"{", b'{"kind": "refer', b"\xff\xfe", b"not json"])
def test_unreadable_files(tmp_path, content):
    path = tmp_path / "file.json"
    path.write_bytes(content)
    with pytest.raises(DamagedFileError, match=r"file\.json: not a readable reference file .*; delete it"):
        read_result(path, "reference")


@pytest.mark.parametrize(
    "content", ['["%s"]', '"%s"', '{"checksum": "%s"}', '{"kind": "evaluation", "checksum": "%s"}']
)
def test_files_of_another_kind(tmp_path, content):
    path = tmp_path / "file.json"
    path.write_bytes(sealed((content % BLANK).encode()))
    with pytest.raises(
        DamagedFileError, match=r"file\.json: is not a reference file; delete it and run again"
    ):
        read_result(path, "reference")


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent"):
        read_result(tmp_path / "absent", "reference")
