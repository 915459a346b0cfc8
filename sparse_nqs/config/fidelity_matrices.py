"""Matrices of fidelities: every pair of the states that an entry of `fidelity_matrices` names."""

from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from sparse_nqs.config.pruning import CHAINS, ISOLATED
from sparse_nqs.config.study import Study
from sparse_nqs.fields.model import ALL_DIFFERENT, FROM_LIST, CountOrZero, Model, Seed


class FidelityMatrix(Model):
    """The fidelities of all pairs of states of one study, or of several on the same lattice."""

    studies: Annotated[
        tuple[str, ...],
        FROM_LIST,
        ALL_DIFFERENT,
        Field(min_length=1, description="names of the studies; the first one's evaluation says how"),
    ]
    seeds: Annotated[
        Annotated[tuple[Seed, ...], Field(min_length=1)] | None,
        FROM_LIST,
        ALL_DIFFERENT,
        Field(description="null: all seeds of each study"),
    ] = None
    procedures: Annotated[
        tuple[Literal[*CHAINS, *ISOLATED], ...],  # type: ignore[valid-type]  # mypy does not unpack here
        FROM_LIST,
        ALL_DIFFERENT,
        Field(min_length=1, description="chains and isolated trainings"),
    ] = ("imp_wr",)
    rounds: Annotated[
        tuple[CountOrZero, ...],
        FROM_LIST,
        ALL_DIFFERENT,
        Field(min_length=1, description="of every procedure; 0 is the dense network, once a seed"),
    ]
    tile: Annotated[
        int, Field(ge=1, le=256, description="a job compares so many states with so many others")
    ] = 16


class StateName(NamedTuple):
    """Where a state is."""

    study: str
    seed: int
    procedure: str
    round: int


def states_of(matrix: FidelityMatrix, studies: Mapping[str, Study]) -> list[StateName]:
    """The states of a matrix in the order of its rows: by study, seed, procedure and round, dense networks first."""
    states = []
    for name in matrix.studies:
        for seed in studies[name].seeds if matrix.seeds is None else matrix.seeds:
            if 0 in matrix.rounds:
                states.append(StateName(name, seed, "dense", 0))
            states += [
                StateName(name, seed, procedure, number)
                for procedure in matrix.procedures
                for number in matrix.rounds
                if number > 0
            ]
    return states
