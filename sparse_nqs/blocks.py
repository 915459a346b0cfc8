"""Blocks: the consecutive rounds of one procedure and seed that one training job makes, in one file of states.

A leaf, which imports nothing of the package. The layout of results uses it, and so does the script that collects a
study's tables from its inputs.
"""

from typing import NamedTuple


class Block(NamedTuple):
    """Rounds `first` to `last` of a procedure; of an isolated training one of its independent draws."""

    procedure: str
    first: int
    last: int
    draw: int = 0

    @property
    def name(self) -> str:
        """The stem of the block's files."""
        return f"{self.procedure}/rounds_{self.first:04d}-{self.last:04d}{draw_suffix(self.draw)}"


def draw_suffix(draw: int) -> str:
    """What the stem of a block's files ends with; nothing for the first draw, 0."""
    return f"_draw_{draw:04d}" if draw else ""


DENSE = Block("dense", 0, 0)


def chain_blocks(procedure: str, rounds: int, rounds_per_job: int) -> list[Block]:
    """The blocks of the rounds 1 to `rounds` of a chain; all but the last hold `rounds_per_job`."""
    return [
        Block(procedure, first, min(first + rounds_per_job - 1, rounds))
        for first in range(1, rounds + 1, rounds_per_job)
    ]


def listed_blocks(
    *,
    chains: list[str],
    rounds: int,
    rounds_per_job: int,
    isolated: list[str],
    isolated_rounds: list[int],
    draws: int,
    drawn: list[str],
    draw_rounds: list[int],
) -> list[Block]:
    """Every block of one seed of a study.

    Args:
        chains: the procedures that make chains of `rounds` rounds.
        isolated: the procedures that train in isolation at each of `isolated_rounds`.
        draws: how often each of `drawn` is trained at each of `draw_rounds`. All other rounds and procedures are
            trained once.
    """
    of_chains = [block for name in chains for block in chain_blocks(name, rounds, rounds_per_job)]
    alone = [
        Block(name, k, k, draw)
        for name in isolated
        for k in isolated_rounds
        for draw in range(draws if name in drawn and k in draw_rounds else 1)
    ]
    return [DENSE, *of_chains, *alone]
