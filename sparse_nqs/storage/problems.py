"""The compiled Hamiltonian and the sampler's cluster moves of a system, as one file.

Every family of moves is an array "moves/NAME"; the header keeps their order.
"""

import os
from typing import NamedTuple

import numpy as np

from sparse_nqs.hamiltonians import FlipTable
from sparse_nqs.storage.sealed import decoding, require_origin
from sparse_nqs.storage.tensors import read_tensors, write_tensors


class Problem(NamedTuple):
    """What training and evaluation need to know of a system.

    Attributes:
        system: the system's part of a study.
        table: the Hamiltonian.
        cluster_moves: bool (M, N) by family, the moves of the sampler beyond single flips.
    """

    system: dict
    table: FlipTable
    cluster_moves: dict[str, np.ndarray]


def write_problem(path: str | os.PathLike, problem: Problem) -> None:
    """Write a problem; atomic."""
    arrays = problem.table._asdict()
    arrays |= {f"moves/{name}": rows for name, rows in problem.cluster_moves.items()}
    header = {"system": problem.system, "families": list(problem.cluster_moves)}
    write_tensors(path, "problem", header, arrays)


def read_problem(path: str | os.PathLike, system: dict | None = None) -> Problem:
    """Read a problem.

    Args:
        system: the system that it must be of, if that is known.

    Raises:
        FileNotFoundError, DamagedFileError: as `read_tensors`, or if it is another system's.
    """
    header, arrays = read_tensors(path, "problem")
    with decoding(path, "problem"):
        wanted = None if system is None else {"system": system}
        require_origin(path, "problem", {"system": header["system"]}, wanted)
        table = FlipTable(**{name: arrays[name] for name in FlipTable._fields})
        families = {name: arrays[f"moves/{name}"] for name in header["families"]}
        return Problem(header["system"], table, families)
