"""Resume points: a training job that is killed goes on from where it last wrote one, to the same result bit for bit.

They lie beside the job's output under names that no rule declares, because Snakemake deletes what a failed job has
declared. A resume point belongs to one spec and to the very bytes of the job's inputs; any other is ignored, and the
job deletes its own when it has written its output.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np

from sparse_nqs.storage.sealed import DamagedFileError
from sparse_nqs.storage.states import (
    Origin,
    RoundHistory,
    State,
    read_histories,
    read_states,
    write_histories,
    write_states,
)
from sparse_nqs.storage.tensors import read_tensors, write_tensors
from sparse_nqs.vmc import Carry, Progress

# A minute's work is the most that a killed job loses.
EVERY_SECONDS = 60.0


class Resume(NamedTuple):
    """Where a job keeps its resume points.

    Attributes:
        output: the job's file of states, beside which they lie.
        digest: of the spec and the inputs, that a resume point must have been made from.
        every: seconds between two.
    """

    output: str
    digest: str
    every: float = EVERY_SECONDS

    @property
    def rounds(self) -> tuple[str, str]:
        """The files of the rounds that are done: states and histories."""
        return f"{self.output}.resume_states", f"{self.output}.resume_history"

    @property
    def step(self) -> str:
        """The file of the round that is going on."""
        return f"{self.output}.resume_step"

    @property
    def diverged(self) -> str:
        """The history of a round that diverged: none to go on from, but kept in the same way."""
        return f"{self.output}.diverged_history"


def make_resume(output: str, spec: dict, inputs: Sequence[str]) -> Resume:
    """The resume points of a job.

    Args:
        output: the job's file of states.
        spec: what its result depends on.
        inputs: the files that it reads.
    """
    digest = hashlib.sha256(json.dumps(spec, sort_keys=True).encode())
    for path in inputs:
        digest.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return Resume(output, digest.hexdigest())


def _belonging(resume: Resume, found: str | None, what: str) -> bool:
    if found != resume.digest:
        print(f"resume point {what} belongs to other settings or inputs and is ignored", flush=True)
    return found == resume.digest


def keep_rounds(resume: Resume, origin: Origin, rounds: list[tuple[State, RoundHistory]]) -> None:
    """Write the rounds that are done."""
    states, history = resume.rounds
    tagged = origin._replace(study=f"{resume.digest} {origin.study}")
    write_histories(history, tagged, [history for _, history in rounds])
    write_states(states, tagged, [state for state, _ in rounds])


def kept_rounds(resume: Resume, origin: Origin) -> list[tuple[State, RoundHistory]]:
    """The rounds that an earlier process has done; none if there are none that can be used."""
    states, history = resume.rounds
    tagged = origin._replace(study=f"{resume.digest} {origin.study}")
    try:
        done = read_states(states, tagged)
        rounds = list(
            zip(done, read_histories(history, tagged, [state.round for state in done]), strict=True)
        )
    except FileNotFoundError:
        return []
    except (DamagedFileError, ValueError) as error:
        print(f"resume point ignored: {error}", flush=True)
        return []
    print(f"{len(rounds)} rounds are done already, from {states}", flush=True)
    return rounds


def keeper(resume: Resume, round_index: int) -> Callable[[Progress], None]:
    """A `keep` for `vmc.train` that writes a resume point every so many seconds."""
    last = time.monotonic()

    def keep(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last < resume.every:
            return
        last = time.monotonic()
        leaves = jax.tree.leaves(progress.carry)
        header = {
            "digest": resume.digest,
            "round": round_index,
            "steps": len(progress.rows),
            "seconds": progress.seconds,
            "retries": progress.retries,
        }
        arrays = {f"leaf_{index:03d}": np.asarray(leaf) for index, leaf in enumerate(leaves)}
        write_tensors(resume.step, "resume", header, {"rows": progress.rows, **arrays})

    return keep


def kept_step(resume: Resume, round_index: int, start: Carry) -> Progress | None:
    """Where an earlier process stopped within a round.

    Args:
        start: the round's first carry, for the structure and the types.
    """
    try:
        header, arrays = read_tensors(resume.step, "resume")
    except FileNotFoundError:
        return None
    except DamagedFileError as error:
        print(f"resume point ignored: {error}", flush=True)
        return None
    if header.get("round") != round_index or not _belonging(resume, header.get("digest"), resume.step):
        return None
    leaves, structure = jax.tree.flatten(start)
    found = [arrays.get(f"leaf_{index:03d}") for index in range(len(leaves))]
    like = [(np.shape(leaf), np.asarray(leaf).dtype) for leaf in leaves]
    if any(leaf is None or (leaf.shape, leaf.dtype) != kind for leaf, kind in zip(found, like, strict=True)):
        print(f"resume point {resume.step} does not fit and is ignored", flush=True)
        return None
    print(f"goes on after step {header['steps']}, from {resume.step}", flush=True)
    carry = jax.tree.unflatten(structure, [jax.numpy.asarray(leaf) for leaf in found])
    return Progress(carry, arrays["rows"], header["seconds"], header["retries"])


def forget(resume: Resume) -> None:
    """Delete the resume points of a job that is done."""
    for path in (*resume.rounds, resume.step, resume.diverged):
        if os.path.exists(path):
            os.remove(path)
