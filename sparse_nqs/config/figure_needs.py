"""What figures need from the studies they draw, checked before anything runs."""

from collections.abc import Collection, Iterator, Mapping

from sparse_nqs.config.figures import (
    ChainComparison,
    EnergyTrace,
    EnergyVariance,
    FidelityMatrixFigure,
    Figure,
    HiddenUnits,
    IsolatedFigure,
    MaskOverlap,
    TicketStructure,
    ToricPair,
    TrainingCurves,
)
from sparse_nqs.config.study import Study
from sparse_nqs.messages import Problem, closest, listed, not_allowed


def figure_problems(
    figures: Mapping[str, Figure],
    studies: Mapping[str, Study],
    known: Collection[str],
    matrices: Collection[str] = (),
) -> list[Problem]:
    """What figures ask for that their studies do not have.

    Args:
        figures: the figures by name.
        studies: the valid studies by name.
        known: the names of all studies; one that is not in `studies` is known to be faulty and not looked at.
        matrices: the names of all fidelity matrices.
    """
    problems = []
    for name, figure in figures.items():
        if isinstance(figure, FidelityMatrixFigure) and figure.matrix not in matrices:
            text = (
                f"must be the name of a fidelity matrix: {listed(matrices)}{closest(figure.matrix, matrices)}"
            )
            problems.append(not_allowed(("figures", name, "matrix"), figure.matrix, text))
        for path, study_name in _references(figure):
            location = ("figures", name, *path)
            if study_name not in known:
                text = f"must be the name of a study: {listed(known)}{closest(study_name, known)}"
                problems.append(not_allowed(location, study_name, text))
            elif study_name in studies:
                problems += _needs(figure, location, studies[study_name])
        problems += _of_one_system(name, figure, studies)
        if isinstance(figure, IsolatedFigure) and figure.y == "variance" and figure.published != "none":
            must = "must be none where y is variance, as the paper's curves are of errors"
            problems.append(not_allowed(("figures", name, "published"), figure.published, must))
    return problems


def _of_one_system(name: str, figure: Figure, studies: Mapping[str, Study]) -> Iterator[Problem]:
    """Energies per spin are comparable within one system only, and an inset belongs to one panel."""
    if isinstance(figure, IsolatedFigure) and figure.inset and len(figure.studies) > 1:
        yield not_allowed(("figures", name, "inset"), figure.inset, "must be [] where studies has several")
    key = {EnergyVariance: "studies", IsolatedFigure: "inset"}.get(type(figure))
    if key is None:
        return
    drawn = [studies[study] for study in getattr(figure, key) if study in studies]
    for study in drawn[1:]:
        if study.system != drawn[0].system:
            must = f"must be a study of the same system as {drawn[0].name}"
            yield not_allowed(("figures", name, key), study.name, must)


def studies_named(figure: Figure) -> set[str]:
    """The names of all studies that a figure draws; of a fidelity matrix's none, as that names them."""
    return {study for _, study in _references(figure)}


def _references(figure: Figure) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where the figure names studies, and which."""
    match figure:
        case HiddenUnits() | TrainingCurves() | EnergyTrace():
            yield ("study",), figure.study
        case ToricPair():
            yield ("isolated",), figure.isolated
        case IsolatedFigure():
            for position, study in enumerate(figure.inset):
                yield ("inset", position), study
    for position, study in enumerate(getattr(figure, "studies", ())):
        yield ("studies", position), study


def _needs(figure: Figure, location: tuple[str | int, ...], study: Study) -> Iterator[Problem]:
    """What the study that the figure names at `location` lacks."""
    if isinstance(figure, ToricPair | TicketStructure) and study.system.model != "toric_code":
        must = f"must be a study of the toric code, and its model is {study.system.model}"
        yield not_allowed(location, study.name, must)
    draws_rounds = figure.round > 0 if isinstance(figure, HiddenUnits) else True
    # A trace has procedures of its own.
    draws_rounds &= not isinstance(figure, EnergyVariance | EnergyTrace) and location[2] != "inset"
    if draws_rounds and "imp_wr" not in study.pruning.procedures:
        must = f"must be a study with imp_wr, and its procedures are {listed(study.pruning.procedures)}"
        yield not_allowed(location, study.name, must)
    if (isinstance(figure, IsolatedFigure) and location[2] == "studies") or location[2] == "isolated":
        if not study.isolated.rounds:
            yield not_allowed(location, study.name, "must be a study with isolated.rounds, and it has none")
    label = getattr(figure, "label", None)
    if label == "field" and study.system.model != "tfim":
        must = f"must be a study with a field, as its label is field, and its model is {study.system.model}"
        yield not_allowed(location, study.name, must)
    reads_masks = isinstance(figure, MaskOverlap | TicketStructure)
    if reads_masks and study.network.kind != "ffnn":
        must = f"must be a study of an ffnn, and its network is {study.network.kind}"
        yield not_allowed(location, study.name, must)
    if isinstance(figure, MaskOverlap) and len(study.seeds) < 2:
        yield not_allowed(location, study.name, "must be a study with two seeds or more, and it has one")
    names_alpha = label == "alpha" and not reads_masks
    names_alpha |= isinstance(figure, ToricPair) and location[2] == "studies"
    if names_alpha and study.network.kind != "ffnn":
        must = f"must be a study of an ffnn, as the label is alpha, and its network is {study.network.kind}"
        yield not_allowed(location, study.name, must)
    if isinstance(figure, HiddenUnits):
        if study.network.kind != "ffnn":
            must = f"must be a study of an ffnn, and its network is {study.network.kind}"
            yield not_allowed(location, study.name, must)
        if study.system.model != "toric_code" and study.system.spins_per_cell > 1:
            must = f"must have one spin a cell or be of the toric code, and has {study.system.spins_per_cell} a cell"
            yield not_allowed(location, study.name, must)
        if figure.seed not in study.seeds:
            yield _not_a_seed(location, figure.seed, study)
        if figure.round > study.pruning.rounds:
            must = f"must be at most {study.pruning.rounds}, the rounds of {study.name}"
            yield not_allowed((*location[:2], "round"), figure.round, must)
    if isinstance(figure, ChainComparison) and not set(study.pruning.procedures) - {"imp_wr"}:
        must = "must be a study with imp_wr and another chain, such as imp_ct, and it has no other"
        yield not_allowed(location, study.name, must)
    if isinstance(figure, EnergyTrace):
        yield from _trace_needs(figure, location, study)
    if isinstance(figure, TrainingCurves):
        for position, number in enumerate(figure.rounds):
            if number > study.pruning.rounds:
                must = f"must be at most {study.pruning.rounds}, the rounds of {study.name}"
                yield not_allowed((*location[:2], "rounds", position), number, must)


def _trace_needs(figure: EnergyTrace, location: tuple[str | int, ...], study: Study) -> Iterator[Problem]:
    """What a study lacks whose trainings are drawn step by step."""
    for position, procedure in enumerate(figure.procedures):
        if procedure not in study.pruning.procedures:
            must = f"must be one of the procedures of {study.name}: {listed(study.pruning.procedures)}"
            yield not_allowed((*location[:2], "procedures", position), procedure, must)
    if figure.seed not in study.seeds:
        yield _not_a_seed(location, figure.seed, study)


def _not_a_seed(location: tuple[str | int, ...], seed: int, study: Study) -> Problem:
    must = f"must be one of the seeds of {study.name}: {listed([str(each) for each in study.seeds])}"
    return not_allowed((*location[:2], "seed"), seed, must)
