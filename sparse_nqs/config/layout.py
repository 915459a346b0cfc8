"""Where the workflow keeps what: blocks of rounds and the paths of their files, relative to the results folder.

A block is what one training job makes: consecutive rounds of one procedure and seed, in one file of states.
"""

from typing import NamedTuple

from sparse_nqs.config.pruning import ISOLATED
from sparse_nqs.config.schema import Study


class Block(NamedTuple):
    """Rounds `first` to `last` of a procedure."""

    procedure: str
    first: int
    last: int

    @property
    def name(self) -> str:
        """The stem of the block's files."""
        return f"{self.procedure}/rounds_{self.first:04d}-{self.last:04d}"


DENSE = Block("dense", 0, 0)


def chain_blocks(procedure: str, rounds: int, rounds_per_job: int) -> list[Block]:
    """The blocks of the rounds 1 to `rounds` of a chain; all but the last hold `rounds_per_job`."""
    return [
        Block(procedure, first, min(first + rounds_per_job - 1, rounds))
        for first in range(1, rounds + 1, rounds_per_job)
    ]


def isolated_blocks(study: Study) -> list[Block]:
    """One block for each isolated training of a study."""
    return [Block(procedure, k, k) for procedure in study.isolated.procedures for k in study.isolated.rounds]


def all_blocks(study: Study, rounds_per_job: int) -> list[Block]:
    """Every block of one seed of a study."""
    chains = [
        block
        for procedure in study.pruning.procedures
        for block in chain_blocks(procedure, study.pruning.rounds, rounds_per_job)
    ]
    return [DENSE, *chains, *isolated_blocks(study)]


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


def rewind_name(study: Study, procedure: str) -> str:
    """The stem of the state that surviving weights of a chain go back to; a continued chain has the dense one."""
    target = "dense" if procedure == "imp_ct" else study.pruning.rewind_to
    match target:
        case "dense":
            return DENSE.name
        case "init":
            return "init"
        case step:
            return f"rewind/step_{step:06d}"


def seed_file(study: str, seed: int | str, name: str, suffix: str) -> str:
    """A file of one seed of a study, e.g. a block's states."""
    return f"studies/{study}/seed_{seed}/{name}{suffix}"
