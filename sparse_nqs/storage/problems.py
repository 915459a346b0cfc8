"""The compiled Hamiltonian and the sampler's cluster moves of a system, as one file."""

import os
from typing import NamedTuple

import numpy as np

from sparse_nqs.hamiltonians import FlipTable
from sparse_nqs.storage.tensors import decoding, read_tensors, write_tensors


class Problem(NamedTuple):
    """What training and evaluation need to know of a system.

    Attributes:
        system: the system's part of a study.
        table: the Hamiltonian.
        cluster_moves: bool (M, N), the moves of the sampler beyond single flips.
    """

    system: dict
    table: FlipTable
    cluster_moves: np.ndarray


def write_problem(path: str | os.PathLike, problem: Problem) -> None:
    """Write a problem; atomic."""
    arrays = {**problem.table._asdict(), "cluster_moves": problem.cluster_moves}
    write_tensors(path, "problem", {"system": problem.system}, arrays)


def read_problem(path: str | os.PathLike) -> Problem:
    """Read a problem.

    Raises:
        FileNotFoundError, DamagedFileError: as `read_tensors`.
    """
    header, arrays = read_tensors(path, "problem")
    with decoding(path, "problem"):
        table = FlipTable(**{name: arrays[name] for name in FlipTable._fields})
        return Problem(header["system"], table, arrays["cluster_moves"])
