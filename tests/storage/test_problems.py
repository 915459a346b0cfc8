import numpy as np
import pytest
from pauli import random_strings

from sparse_nqs.hamiltonians import FlipTable, compile_pauli_strings
from sparse_nqs.storage.problems import Problem, read_problem, write_problem
from sparse_nqs.storage.sealed import DamagedFileError
from sparse_nqs.storage.tensors import read_tensors, write_tensors


@pytest.fixture
def problem():
    table = compile_pauli_strings(*random_strings(5, 20, seed=1))
    families = {"pairs": np.eye(2, 5, dtype=bool), "all": np.ones((1, 5), dtype=bool)}
    return Problem({"model": "tfim", "extent": [1, 5], "field": 0.1}, table, families)


def test_round_trip(tmp_path, problem):
    path = tmp_path / "problem.safetensors"
    write_problem(path, problem)
    read = read_problem(path)
    assert read.system == problem.system
    assert list(read.cluster_moves) == ["pairs", "all"]
    for value, expected in zip(
        (*read.table, *read.cluster_moves.values()),
        (*problem.table, *problem.cluster_moves.values()),
        strict=True,
    ):
        assert value.dtype == expected.dtype
        np.testing.assert_array_equal(value, expected)


def test_no_cluster_moves_and_no_diagonal(tmp_path):
    table = compile_pauli_strings(["XI", "IX"], np.array([-1.0, -1.0]))
    write_problem(tmp_path / "file", Problem({}, table, {"flips": np.zeros((0, 2), dtype=bool)}))
    read = read_problem(tmp_path / "file")
    assert read.cluster_moves["flips"].shape == (0, 2)
    assert read.table.diagonal_sites.shape == table.diagonal_sites.shape


def test_two_writes_give_the_same_bytes(tmp_path, problem):
    for name in ("a", "b"):
        write_problem(tmp_path / name, problem)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("name", [*FlipTable._fields, "moves/pairs"])
def test_a_missing_array(tmp_path, problem, name):
    path = tmp_path / "file"
    write_problem(path, problem)
    header, arrays = read_tensors(path, "problem")
    del arrays[name]
    write_tensors(path, "problem", header, arrays)
    with pytest.raises(DamagedFileError, match=f"file: not a readable problem file.*{name}"):
        read_problem(path)


def test_a_missing_system_and_another_kind(tmp_path, problem):
    path = tmp_path / "file"
    write_problem(path, problem)
    _, arrays = read_tensors(path, "problem")
    write_tensors(path, "problem", {}, arrays)
    with pytest.raises(DamagedFileError, match="file: not a readable problem file"):
        read_problem(path)
    write_tensors(path, "states", {}, arrays)
    with pytest.raises(DamagedFileError, match="file: is not a problem file"):
        read_problem(path)
