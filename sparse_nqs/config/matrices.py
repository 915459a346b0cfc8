"""Matrices of fidelities: every pair of the states that an entry of `fidelity_matrices` names."""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import Field

from sparse_nqs.config.pruning import CHAINS, ISOLATED
from sparse_nqs.config.systems import System
from sparse_nqs.fields.model import ALL_DIFFERENT, FROM_LIST, CountOrZero, Model, Seed
from sparse_nqs.messages import Problem, closest, listed, not_allowed

if TYPE_CHECKING:
    from sparse_nqs.config.schema import Study


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


def states_of(matrix: FidelityMatrix, studies: Mapping[str, "Study"]) -> list[StateName]:
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


def matrix_problems(
    matrices: Mapping[str, FidelityMatrix], studies: Mapping[str, "Study"], known: Collection[str]
) -> list[Problem]:
    """What matrices ask for that their studies do not have.

    Args:
        matrices: the matrices by name.
        studies: the valid studies by name.
        known: the names of all studies; one that is not in `studies` is known to be faulty and not looked at.
    """
    problems = []
    for name, matrix in matrices.items():
        here = ("fidelity_matrices", name)
        own = {}
        for position, study_name in enumerate(matrix.studies):
            location = (*here, "studies", position)
            if study_name not in known:
                text = f"must be the name of a study: {listed(known)}{closest(study_name, known)}"
                problems.append(not_allowed(location, study_name, text))
            elif study_name in studies:
                own[study_name] = studies[study_name]
                problems += _needs(matrix, here, own[study_name])
                first = next(iter(own.values()))
                if _lattice(own[study_name].system) != _lattice(first.system):
                    must = f"must be a study of the same model and lattice as {first.name}"
                    problems.append(not_allowed(location, study_name, must))
        if len(own) == len(matrix.studies) and len(states_of(matrix, own)) < 2:
            problems.append(not_allowed((*here, "rounds"), matrix.rounds, "must give at least two states"))
    return problems


def _lattice(system: System) -> tuple:
    """What two systems must have in common for their states to be compared; the couplings may differ."""
    return system.model, getattr(system, "extent", None), system.n_sites


def _needs(matrix: FidelityMatrix, here: tuple[str, str], study: "Study") -> Iterator[Problem]:
    """What one study of a matrix lacks."""
    for position, seed in enumerate(matrix.seeds or ()):
        if seed not in study.seeds:
            must = f"must be one of the seeds of {study.name}: {listed([str(each) for each in study.seeds])}"
            yield not_allowed((*here, "seeds", position), seed, must)
    for position, procedure in enumerate(matrix.procedures):
        is_chain = procedure in CHAINS
        present = study.pruning.procedures if is_chain else study.isolated.procedures
        if procedure not in present and any(matrix.rounds):
            part = "pruning" if is_chain else "isolated"
            must = f"must be one of {part}.procedures of {study.name}: {listed(present)}"
            yield not_allowed((*here, "procedures", position), procedure, must)
    chains, isolated = ([p for p in matrix.procedures if (p in CHAINS) == kind] for kind in (True, False))
    for position, number in enumerate(matrix.rounds):
        location = (*here, "rounds", position)
        if chains and number > study.pruning.rounds:
            must = f"must be at most {study.pruning.rounds}, the rounds of {study.name}"
            yield not_allowed(location, number, must)
        elif isolated and number and number not in study.isolated.rounds:
            rounds = listed([str(each) for each in study.isolated.rounds]) or "none"
            must = f"must be one of isolated.rounds of {study.name} ({rounds}), as {isolated[0]} is asked for"
            yield not_allowed(location, number, must)
