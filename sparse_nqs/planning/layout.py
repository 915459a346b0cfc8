"""Where the workflow keeps what: the blocks of a study and the paths of their files, relative to the results folder."""

from typing import Any, NamedTuple

from sparse_nqs.blocks import DENSE, Block, chain_blocks, listed_blocks
from sparse_nqs.config import Study
from sparse_nqs.config.pruning import ISOLATED
from sparse_nqs.members.loading import load


def block_list(study: Study, rounds_per_job: int) -> dict[str, Any]:
    """What the blocks of a seed of a study follow from: the arguments of `listed_blocks`.

    Plain data. Its size is that of the user's text, even for many rounds.
    """
    return {
        "chains": list(study.pruning.procedures),
        "rounds": study.pruning.rounds,
        # Of two numbers that make the same blocks, one.
        "rounds_per_job": min(rounds_per_job, study.pruning.rounds),
        "isolated": list(study.isolated.procedures),
        "isolated_rounds": list(study.isolated.rounds),
        "draws": study.isolated.draws,
        "drawn": [name for name in study.isolated.procedures if load("procedures", name).DRAWN],
        "draw_rounds": list(study.isolated.drawn_rounds),
    }


def all_blocks(study: Study, rounds_per_job: int) -> list[Block]:
    """Every block of one seed of a study."""
    return listed_blocks(**block_list(study, rounds_per_job))


def block_of_round(study: Study, procedure: str, round_index: int, rounds_per_job: int) -> Block:
    """The block of the dense network (round 0) or of a round of a chain."""
    if round_index == 0:
        return DENSE
    blocks = chain_blocks(procedure, study.pruning.rounds, rounds_per_job)
    return blocks[(round_index - 1) // rounds_per_job]


def block_of_state(study: Study, procedure: str, round_index: int, rounds_per_job: int) -> Block:
    """The block of any state that is measured: dense, of a chain, or trained in isolation."""
    if procedure in ISOLATED:
        return Block(procedure, round_index, round_index)
    return block_of_round(study, procedure, round_index, rounds_per_job)


class Tile(NamedTuple):
    """A part of a fidelity matrix: the states `rows` against the states `columns`, both parts of a list of states."""

    name: str
    rows: slice
    columns: slice


def matrix_tiles(count: int, size: int) -> list[Tile]:
    """The tiles that hold the upper triangle of a matrix of `count` states, at most `size` on a side."""
    parts = [slice(first, min(first + size, count)) for first in range(0, count, size)]
    return [
        Tile(f"tile_{i:04d}-{j:04d}", rows, columns)
        for i, rows in enumerate(parts)
        for j, columns in enumerate(parts)
        # A state is not compared with itself.
        if i < j or (i == j and rows.stop - rows.start > 1)
    ]


def rewinds(procedure: str) -> bool:
    """Whether the survivors of a chain go back to earlier weights."""
    return load("procedures", procedure).REWINDS


def rewind_name(study: Study, procedure: str) -> str:
    """The stem of the state that surviving weights of a chain go back to; a continued chain has the dense one."""
    target = study.pruning.rewind_to if rewinds(procedure) else "dense"
    match target:
        case "dense":
            return DENSE.name
        case "init":
            return "init"
        case step:
            return rewind_point(step)


def rewind_point(step: int) -> str:
    """The stem of the state after so many steps of the dense training."""
    return f"rewind/step_{step:06d}"
