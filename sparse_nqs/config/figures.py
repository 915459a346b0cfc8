"""The figures: what each entry of `figures` may say, and what a figure needs from the studies it draws."""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sparse_nqs.config.fields import ALL_DIFFERENT, FROM_LIST, CountOrZero, Model, Positive, Seed
from sparse_nqs.config.messages import Problem, closest, listed, not_allowed

if TYPE_CHECKING:
    from sparse_nqs.config.schema import Study

_Studies = Annotated[
    tuple[str, ...],
    FROM_LIST,
    ALL_DIFFERENT,
    Field(min_length=1, description="names of the studies it draws"),
]
_Label = Literal["alpha", "field", "length", "width", "n_sites", "n_total", "learning_rate", "samples"]
_Abscissa = Annotated[
    Literal["n_active", "rho"], Field(description="horizontal axis: surviving weights n, or rho = n/N")
]
_Mark = Annotated[Positive | None, Field(description="rho at which a line is drawn; null for none")]


class IsolatedFigure(Model):
    """Relative error of IMP-WR and of the isolated trainings against sparsity."""

    kind: Literal["isolated"]
    studies: _Studies
    x: _Abscissa = "n_active"


class ErrorScan(Model):
    """Error along the IMP-WR trajectory, one curve a study."""

    kind: Literal["error_scan"]
    studies: _Studies
    label: Annotated[_Label, Field(description="what tells the curves apart")] = "alpha"
    x: _Abscissa = "n_active"
    regions: Annotated[
        bool,
        Field(
            description="whether to colour the fitted regions LEP, APL and HEP, with intervals of their ends"
        ),
    ] = False


class SizeScan(Model):
    """Error, neighbour fidelity, M_z and M_x against rho, one curve a study."""

    kind: Literal["size_scan"]
    studies: _Studies
    mark_rho: _Mark = 4.0


class ToricPair(Model):
    """Toric code: isolated trainings of one study beside the neighbour fidelity of several."""

    kind: Literal["toric_pair"]
    isolated: Annotated[str, Field(description="the study whose isolated trainings are drawn")]
    studies: _Studies
    mark_rho: _Mark = 16.0


class HiddenUnits(Model):
    """The surviving weights of each hidden unit, drawn on the lattice."""

    kind: Literal["hidden_units"]
    study: Annotated[str, Field(description="the study whose weights are drawn")]
    seed: Seed = 0
    round: Annotated[CountOrZero, Field(description="the pruning round; 0 is the dense network")]


class MaskOverlap(Model):
    """What the IMP-WR masks of two seeds have in common, against sparsity, beside the random expectation."""

    kind: Literal["mask_overlap"]
    studies: _Studies
    label: Annotated[_Label, Field(description="what tells the curves apart")] = "alpha"
    x: Annotated[
        Literal["density", "n_active", "rho"],
        Field(
            description="horizontal axis: surviving fraction of the weights, surviving weights n, or rho = n/N"
        ),
    ] = "density"


class TicketStructure(Model):
    """Toric code: how much of a mask lies on complete odd plaquettes, and how close it is to the analytic network."""

    kind: Literal["ticket_structure"]
    studies: _Studies
    label: Annotated[_Label, Field(description="what tells the curves apart")] = "alpha"
    mark_rho: _Mark = 16.0


class FidelityMatrixFigure(Model):
    """A matrix of fidelities as a heat map."""

    kind: Literal["fidelity_matrix"]
    matrix: Annotated[str, Field(description="its name in fidelity_matrices")]
    quantity: Annotated[
        Literal["fidelity", "infidelity"],
        Field(description="what is drawn: F, or 1 - F on a logarithmic scale"),
    ] = "fidelity"


Figure = Annotated[
    IsolatedFigure
    | ErrorScan
    | SizeScan
    | ToricPair
    | HiddenUnits
    | MaskOverlap
    | TicketStructure
    | FidelityMatrixFigure,
    Field(discriminator="kind"),
]


def figure_problems(
    figures: Mapping[str, Figure],
    studies: Mapping[str, "Study"],
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
    return problems


def _references(figure: Figure) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where the figure names studies, and which."""
    match figure:
        case HiddenUnits():
            yield ("study",), figure.study
        case ToricPair():
            yield ("isolated",), figure.isolated
    if not isinstance(figure, HiddenUnits | FidelityMatrixFigure):
        for position, study in enumerate(figure.studies):
            yield ("studies", position), study


def _needs(figure: Figure, location: tuple[str | int, ...], study: "Study") -> Iterator[Problem]:
    """What the study that the figure names at `location` lacks."""
    if isinstance(figure, ToricPair | TicketStructure) and study.system.model != "toric_code":
        must = f"must be a study of the toric code, and its model is {study.system.model}"
        yield not_allowed(location, study.name, must)
    draws_rounds = figure.round > 0 if isinstance(figure, HiddenUnits) else True
    if draws_rounds and "imp_wr" not in study.pruning.procedures:
        must = f"must be a study with imp_wr, and its procedures are {listed(study.pruning.procedures)}"
        yield not_allowed(location, study.name, must)
    if isinstance(figure, IsolatedFigure) or location[2] == "isolated":
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
            must = f"must be one of the seeds of {study.name}: {listed([str(seed) for seed in study.seeds])}"
            yield not_allowed((*location[:2], "seed"), figure.seed, must)
        if figure.round > study.pruning.rounds:
            must = f"must be at most {study.pruning.rounds}, the rounds of {study.name}"
            yield not_allowed((*location[:2], "round"), figure.round, must)
