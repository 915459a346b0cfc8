"""What fidelity matrices need from the studies whose states they compare, checked before anything runs."""

from collections.abc import Collection, Iterator, Mapping

from sparse_nqs.config.fidelity_matrices import FidelityMatrix, states_of
from sparse_nqs.config.pruning import CHAINS
from sparse_nqs.config.study import Study
from sparse_nqs.fields.system import System
from sparse_nqs.messages import Mistake, closest, listed, not_allowed


def matrix_mistakes(
    matrices: Mapping[str, FidelityMatrix], studies: Mapping[str, Study], known: Collection[str]
) -> list[Mistake]:
    """What matrices ask for that their studies do not have.

    Args:
        matrices: the matrices by name.
        studies: the valid studies by name.
        known: the names of all studies; one that is not in `studies` is known to be faulty and not looked at.
    """
    mistakes = []
    for name, matrix in matrices.items():
        here = ("fidelity_matrices", name)
        own = {}
        for position, study_name in enumerate(matrix.studies):
            location = (*here, "studies", position)
            if study_name not in known:
                text = f"must be the name of a study: {listed(known)}{closest(study_name, known)}"
                mistakes.append(not_allowed(location, study_name, text))
            elif study_name in studies:
                own[study_name] = studies[study_name]
                mistakes += _needs(matrix, here, own[study_name])
                first = next(iter(own.values()))
                if _lattice(own[study_name].system) != _lattice(first.system):
                    must = f"must be a study of the same model and lattice as {first.name}"
                    mistakes.append(not_allowed(location, study_name, must))
        if len(own) == len(matrix.studies) and len(states_of(matrix, own)) < 2:
            mistakes.append(not_allowed((*here, "rounds"), matrix.rounds, "must give at least two states"))
    return mistakes


def _lattice(system: System) -> tuple:
    """What two systems must have in common for their states to be compared; the couplings may differ."""
    return system.model, getattr(system, "extent", None), system.n_sites


def _needs(matrix: FidelityMatrix, here: tuple[str, str], study: Study) -> Iterator[Mistake]:
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
