"""The study description: everything that config.yaml may say, with its defaults and checks."""

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from sparse_nqs.config.fields import (
    ALL_DIFFERENT,
    ASCENDING,
    FROM_LIST,
    LARGEST,
    Count,
    CountOrZero,
    Model,
    Name,
    Number,
    Positive,
    Seed,
    refuse,
    refuse_all,
)
from sparse_nqs.config.figure_needs import figure_problems
from sparse_nqs.config.figures import Figure
from sparse_nqs.config.matrices import FidelityMatrix, matrix_problems
from sparse_nqs.config.messages import Problem, not_allowed
from sparse_nqs.config.networks import Network
from sparse_nqs.config.pruning import Isolated, Pruning, Rounds, protocol_problems
from sparse_nqs.config.start import PlaquetteStart, start_problems
from sparse_nqs.config.systems import System, Tfim, ToricCode


class OptaxPart(Model):
    """An update rule or learning rate schedule of Optax."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description="its name in Optax, such as adam")]
    options: Annotated[
        dict[Name, int | float | bool | str],
        Field(default_factory=dict, description="its arguments by name, but the learning rate"),
    ]


class ShiftSchedule(Model):
    """A linear change of the diagonal shift; the paper's code offers lambda to lambda/10 in 1000 steps."""

    end: Annotated[Positive, Field(description="lambda at the end")]
    steps: Annotated[Count, Field(description="steps until then")] = 1000


class Stop(Model):
    """End a training early when the mean energies of two windows in a row agree."""

    window: Annotated[Count, Field(description="steps in a window")] = 100
    tolerance: Annotated[Positive, Field(description="largest relative difference of the two means")]


class Training(Model):
    """Variational Monte Carlo with stochastic reconfiguration."""

    samples: Annotated[Count, Field(description="samples a step")] = 1024
    chains: Annotated[Count, Field(description="Markov chains; a divisor of samples")] = 1024
    sweeps: Annotated[Count, Field(description="sweeps of N proposals between samples")] = 1
    thermalisation: Annotated[CountOrZero, Field(description="sweeps before a training's first step")] = 50
    learning_rate: Positive = 0.02
    diagonal_shift: Annotated[Positive, Field(description="lambda in (S + lambda) d = F")] = 0.001
    diagonal_shift_schedule: Annotated[
        ShiftSchedule | None, Field(description="linear change of lambda; null: constant")
    ] = None
    sr_space: Annotated[
        Literal["auto", "parameters", "samples"], Field(description="where SR is solved; auto: the cheaper")
    ] = "auto"
    precision: Annotated[
        Literal["float32", "float64"],
        Field(
            description="of sampling, local energies and derivatives in training; weights, means and evaluations "
            "are float64 always"
        ),
    ] = "float32"
    update: Annotated[
        OptaxPart | None,
        Field(description="Optax rule that the SR direction goes through; null: plain steps"),
    ] = None
    schedule: Annotated[
        OptaxPart | None, Field(description="Optax schedule in place of learning_rate; null: constant")
    ] = None
    chunk_size: Annotated[
        Count | None, Field(description="configurations evaluated at a time, a divisor of samples; null: all")
    ] = None
    moves: Annotated[
        dict[Name, Annotated[int, Field(ge=0, le=1000)]],
        Field(
            default_factory=dict,
            description="how often a sweep proposes each family of moves; what is not named: once",
        ),
    ]
    stop: Annotated[Stop | None, Field(description="when to end early; null: never")] = None
    divergence_retries: Annotated[
        int,
        Field(
            ge=0,
            le=10,
            description="how often a training that diverges goes on from its last good state, each time with ten "
            "times the lambda for the rest of it; then, and with 0 at once, it fails",
        ),
    ] = 0
    dense_steps: Annotated[Count, Field(description="steps of the dense training")] = 1000
    round_steps: Annotated[Count, Field(description="steps of an IMP-WR round")] = 150
    isolated_steps: Annotated[
        Count | None, Field(description="steps of an isolated training; null: as dense_steps")
    ] = None

    @model_validator(mode="after")
    def _check_chains(self) -> "Training":
        if self.samples % self.chains:
            must = f"must divide samples, which is {self.samples}"
            refuse_all([not_allowed(("chains",), self.chains, must)])
        if self.chunk_size is not None and self.samples % self.chunk_size:
            must = f"must divide samples, which is {self.samples}"
            refuse_all([not_allowed(("chunk_size",), self.chunk_size, must)])
        return self


class Evaluation(Model):
    """How the energies and observables of trained states are measured."""

    exact_max_spins: Annotated[
        int, Field(ge=0, le=26, description="up to so many spins by summing over all configurations")
    ] = 20
    # Error bars come from the spread of the chains, which fewer cannot give.
    chains: Annotated[int, Field(ge=32, le=2**31 - 1, description="independent Markov chains")] = 1024
    samples_per_chain: Annotated[Count, Field(description="samples of each chain, in a batch")] = 64
    sweeps: Annotated[Count, Field(description="sweeps of N proposals between samples")] = 2
    thermalisation: Annotated[CountOrZero, Field(description="sweeps before the first sample")] = 100
    target_error: Annotated[
        Positive | None,
        Field(
            description="standard error that <H> of the whole system shall have: batches are added until it does; "
            "null: one batch"
        ),
    ] = None
    max_samples_per_chain: Annotated[Count, Field(description="the cap on the way to target_error")] = 4096

    @model_validator(mode="after")
    def _check_cap(self) -> "Evaluation":
        if self.target_error is not None and self.max_samples_per_chain < self.samples_per_chain:
            must = f"must be at least samples_per_chain, which is {self.samples_per_chain}, to hold a batch"
            refuse_all([not_allowed(("max_samples_per_chain",), self.max_samples_per_chain, must)])
        return self


class Study(Model):
    """One system, one network and one way of training and pruning, for several seeds."""

    name: Annotated[Name, Field(description="the study's key; the loader fills it in")]
    system: System
    network: Network
    start: Annotated[
        PlaquetteStart | None,
        Field(description="what theta_init is; null: the network's own random initialisation"),
    ] = None
    seeds: Annotated[tuple[Seed, ...], FROM_LIST, ALL_DIFFERENT, Field(min_length=1)] = (0, 1)
    training: Training = Training()
    pruning: Pruning = Pruning()
    isolated: Isolated = Isolated()
    evaluation: Evaluation = Evaluation()
    device: Annotated[
        Literal["cpu", "cuda"], Field(description="where its networks are trained and measured")
    ] = "cpu"
    observables: Annotated[
        tuple[Literal["x", "z", "xx", "zz"], ...],
        FROM_LIST,
        ALL_DIFFERENT,
        Field(
            description="what is measured of every state, spin by spin: X_i, Z_i, X_i X_j, Z_i Z_j; [] for nothing"
        ),
    ] = ()

    @classmethod
    def keys(cls) -> list[str]:
        """The keys that a user may write."""
        return ["like", *(key for key in cls.model_fields if key != "name")]

    @model_validator(mode="after")
    def _check_parts_agree(self) -> "Study":
        problems = []
        for position, number in enumerate(self.isolated.rounds):
            if number > self.pruning.rounds:
                must = f"must be at most {self.pruning.rounds}, which is pruning.rounds"
                problems.append(not_allowed(("isolated", "rounds", position), number, must))
        moves = ("single", "cluster", *self.system.families)
        problems += [
            Problem(
                ("training", "moves", name), f"must be a family of this system's moves: {', '.join(moves)}"
            )
            for name in self.training.moves
            if name not in moves
        ]
        if self.isolated.rounds and "imp_wr" not in self.pruning.procedures:
            must = "must hold imp_wr, whose masks isolated.rounds asks for"
            problems.append(not_allowed(("pruning", "procedures"), self.pruning.procedures, must))
        target = self.pruning.rewind_to
        if isinstance(target, int) and target >= self.training.dense_steps:
            must = f"must be less than {self.training.dense_steps}, which is training.dense_steps, or dense"
            problems.append(not_allowed(("pruning", "rewind_to"), target, must))
        try:
            self.network.tensors(self.system)
        except ValueError as error:
            problems.append(not_allowed(("network", "alpha"), self.network.alpha, str(error)))
        else:
            shapes = self.network.prunable_tensors(self.system)
            if shapes is not None:
                problems += protocol_problems(self.protocol, self.pruning, shapes)
        if self.start is not None:
            problems += start_problems(self.start, self.system, self.network)
        refuse_all(problems)
        return self

    @property
    def n_sites(self) -> int:
        """The number of spins N."""
        return self.system.n_sites

    @property
    def protocol(self) -> str:
        """The name of the pruning protocol, with the default of the kind of network."""
        by_default = "res_blocks_global" if self.network.kind == "res_cnn" else "layerwise"
        return self.pruning.protocol or by_default


class References(Model):
    """How reference energies are computed."""

    max_ed_spins: Annotated[
        int, Field(ge=0, le=26, description="up to so many spins by exact diagonalisation, beyond by DMRG")
    ] = 20
    # One bond dimension gives no extrapolation and no error.
    bond_dimensions: Annotated[
        tuple[Annotated[int, Field(ge=2, le=LARGEST)], ...],
        FROM_LIST,
        ASCENDING,
        Field(min_length=2, description="of the DMRG runs"),
    ] = (32, 64, 96)


class Style(Model):
    """How figures look."""

    font_size: Annotated[Positive, Field(le=100, description="points")] = 8.0
    line_width: Annotated[Positive, Field(le=100, description="points")] = 1.2
    column_width_mm: Annotated[Number, Field(ge=10, le=1000, description="width of one column")] = 86.0
    dpi: Annotated[int, Field(ge=30, le=2400, description="resolution of the PNG files")] = 200


def _check_folder(folder: str) -> str:
    path = PurePosixPath(folder)
    if not folder.strip() or folder != folder.strip():
        refuse("must be a folder, without blanks round its name")
    if ".." in path.parts or folder.startswith("~"):
        refuse("must be a folder without .. in it and without ~ before it")
    if not folder.isprintable() or any(letter in "{}" for letter in folder):
        refuse("must be a folder without braces and control characters")
    return str(path)


def _reference_problem(system: System, max_ed_spins: int) -> str | None:
    """Why no reference energy can be computed for a system; None if one can, see `references.choose`."""
    if isinstance(system, ToricCode) or system.n_sites <= max_ed_spins:
        return None
    if isinstance(system, Tfim) and system.boundary == "open":
        return None
    return (
        f"has {system.n_sites} spins, and a reference energy beyond references.max_ed_spins, which is "
        f"{max_ed_spins}, can only be computed for tfim with boundary open and toric_code"
    )


class Config(Model):
    """All studies and figures of one run of the workflow."""

    results: Annotated[str, AfterValidator(_check_folder), Field(description="folder for all output")] = (
        "results"
    )
    rounds_per_job: Annotated[Rounds, Field(description="rounds of a chain that one job does")] = 20
    keep: Annotated[
        Literal["all", "needed"],
        Field(
            description="needed: states of isolated trainings are deleted once all that the config asks of them "
            "is measured"
        ),
    ] = "all"
    references: References = References()
    studies: Annotated[dict[Name, Study], Field(min_length=1, description="the studies by name")]
    fidelity_matrices: Annotated[
        dict[Name, FidelityMatrix],
        Field(
            default_factory=dict, description="states whose fidelities with each other are wanted, by name"
        ),
    ]
    figures: Annotated[dict[Name, Figure], Field(default_factory=dict, description="the figures by name")]
    style: Style = Style()

    @model_validator(mode="after")
    def _check_names_and_figures(self) -> "Config":
        problems = [
            not_allowed(("studies", name, "name"), study.name, f"must be the study's key, {name}")
            for name, study in self.studies.items()
            if study.name != name
        ]
        problems += [
            Problem(("studies", name, "system"), no_reference)
            for name, study in self.studies.items()
            if (no_reference := _reference_problem(study.system, self.references.max_ed_spins))
        ]
        problems += matrix_problems(self.fidelity_matrices, self.studies, self.studies)
        problems += figure_problems(self.figures, self.studies, self.studies, self.fidelity_matrices)
        refuse_all(problems)
        return self
