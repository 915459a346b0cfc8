"""Blocks: what one training job makes, consecutive rounds of one procedure and seed in one file of states.

A leaf: config lays out results with it, and the script that collects a study's tables finds its inputs by it; it
imports nothing of the package.
"""

from typing import NamedTuple


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


def listed_blocks(
    *, chains: list[str], rounds: int, rounds_per_job: int, isolated: list[str], isolated_rounds: list[int]
) -> list[Block]:
    """Every block of one seed of a study.

    Args:
        chains: the procedures that make chains of `rounds` rounds.
        isolated: the procedures that train in isolation, once at each of `isolated_rounds`.
    """
    of_chains = [block for name in chains for block in chain_blocks(name, rounds, rounds_per_job)]
    return [DENSE, *of_chains, *(Block(name, k, k) for name in isolated for k in isolated_rounds)]
