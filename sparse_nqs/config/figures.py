"""The figures: what each entry of `figures` may say. What its studies must have for it is in `figure_needs`."""

from typing import Annotated, Literal

from pydantic import Field

from sparse_nqs.config.evaluation import Evaluation
from sparse_nqs.config.pruning import ChainProcedure
from sparse_nqs.fields.model import ALL_DIFFERENT, ASCENDING, FROM_LIST, CountOrZero, Model, Positive, Seed

_Studies = Annotated[
    tuple[str, ...],
    FROM_LIST,
    ALL_DIFFERENT,
    Field(min_length=1, description="names of the studies it draws"),
]
_Label = Literal[
    "study", "alpha", "field", "length", "width", "n_sites", "n_total", "learning_rate", "samples"
]
_Abscissa = Annotated[
    Literal["n_active", "rho"], Field(description="horizontal axis: surviving weights n, or rho = n/N")
]
_Published = Annotated[
    Literal["none", "shifted", "unshifted"],
    Field(
        description="the paper's curves of the same system under ours: none, with errors from the ground energy at "
        "the field that they name, or as printed"
    ),
]
_Mark = Annotated[Positive | None, Field(description="rho at which a line is drawn; null for none")]


class IsolatedFigure(Model):
    """Relative error, or variance, of IMP-WR and of the isolated trainings against sparsity."""

    kind: Literal["isolated"]
    studies: _Studies
    x: _Abscissa = "n_active"
    y: Annotated[
        Literal["error", "variance"],
        Field(description="vertical axis: relative error of the energy, or variance of the energy per spin"),
    ] = "error"
    inset: Annotated[
        tuple[str, ...],
        FROM_LIST,
        ALL_DIFFERENT,
        Field(
            description="studies of one system whose dense networks an inset shows, energy against variance; for one "
            "study in studies"
        ),
    ] = ()
    published: _Published = "none"


class ChainComparison(Model):
    """Relative error of IMP-WR, IMP-CT and IRP-WR from the same dense network against sparsity."""

    kind: Literal["chain_comparison"]
    studies: _Studies
    x: _Abscissa = "n_active"
    published: _Published = "none"


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
    published: _Published = "none"


class SizeScan(Model):
    """Error, neighbour fidelity, M_z and M_x against rho, one curve a study."""

    kind: Literal["size_scan"]
    studies: _Studies
    mark_rho: _Mark = 4.0
    published: _Published = "none"


class ToricPair(Model):
    """Toric code: isolated trainings of one study beside the neighbour fidelity of several."""

    kind: Literal["toric_pair"]
    isolated: Annotated[str, Field(description="the study whose isolated trainings are drawn")]
    studies: _Studies
    mark_rho: _Mark = 16.0
    published: _Published = "none"


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


class EnergyVariance(Model):
    """Energy against variance of the dense networks of studies of one system, with its ground energy."""

    kind: Literal["energy_variance"]
    studies: _Studies
    published: _Published = "none"


class StepCost(Model):
    """Seconds of a training step against the surviving weights, along IMP-WR, one curve a study."""

    kind: Literal["step_cost"]
    studies: _Studies
    label: Annotated[_Label, Field(description="what tells the curves apart")] = "study"


class TrainingCurves(Model):
    """Error against training step: of the dense training, and of IMP-WR rounds, one curve a round."""

    kind: Literal["training_curves"]
    study: Annotated[str, Field(description="the study whose trainings are drawn")]
    rounds: Annotated[
        tuple[Annotated[int, Field(ge=1, le=10000)], ...],
        FROM_LIST,
        ASCENDING,
        Field(description="rounds that are drawn; []: up to six, evenly spread"),
    ] = ()


class EnergyTrace(Model):
    """Energy per spin over the training steps of all rounds of one seed, one after another."""

    kind: Literal["energy_trace"]
    study: Annotated[str, Field(description="the study whose trainings are drawn")]
    procedures: Annotated[
        tuple[ChainProcedure, ...],
        FROM_LIST,
        ALL_DIFFERENT,
        Field(min_length=1, description="chains; the first lies on top, and its rounds are marked"),
    ] = ("imp_wr",)
    seed: Seed = 0


class PlaquetteNetwork(Model):
    """Toric code: energy and variance of the analytic network of odd plaquettes against its weight; no training."""

    kind: Literal["plaquette_network"]
    lengths: Annotated[
        tuple[Annotated[int, Field(ge=2, le=30)], ...],
        FROM_LIST,
        ASCENDING,
        Field(min_length=1, description="sides L of the tori; exact or sampled, as evaluation says"),
    ] = (3, 5)
    weights: Annotated[
        tuple[Annotated[Positive, Field(le=100)], ...],
        FROM_LIST,
        ASCENDING,
        Field(min_length=2, description="magnitudes W of the network's weights"),
    ] = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
    evaluation: Annotated[
        Evaluation,
        Field(description="how they are measured, as the evaluation of a study"),
    ] = Evaluation()
    seed: Annotated[Seed, Field(description="of the samples")] = 0


class SparsityReached(Model):
    """How sparse the networks of each procedure may be until the error is some times the dense one."""

    kind: Literal["sparsity_reached"]
    studies: _Studies
    factor: Annotated[Positive, Field(gt=1, description="multiple of the dense network's error")] = 2.0


Figure = Annotated[
    IsolatedFigure
    | ChainComparison
    | ErrorScan
    | SizeScan
    | ToricPair
    | HiddenUnits
    | MaskOverlap
    | TicketStructure
    | FidelityMatrixFigure
    | PlaquetteNetwork
    | EnergyVariance
    | StepCost
    | TrainingCurves
    | EnergyTrace
    | SparsityReached,
    Field(discriminator="kind"),
]
