"""The study description: everything that config.yaml may say, with its defaults and checks."""

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from sparse_nqs.config.figure_needs import figure_problems
from sparse_nqs.config.figures import Figure
from sparse_nqs.config.matrices import FidelityMatrix, matrix_problems
from sparse_nqs.config.moves import moves_problems
from sparse_nqs.config.networks import Network, network_problems
from sparse_nqs.config.pruning import Isolated, Pruning, Rounds, protocol_problems
from sparse_nqs.config.start import PlaquetteStart, start_problems
from sparse_nqs.config.systems import System, Tfim, ToricCode
from sparse_nqs.config.training import Evaluation, Training
from sparse_nqs.fields.model import (
    ALL_DIFFERENT,
    ASCENDING,
    FROM_LIST,
    LARGEST,
    Model,
    Name,
    Number,
    Positive,
    Seed,
    refuse,
    refuse_all,
)
from sparse_nqs.messages import Problem, not_allowed


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
        problems += moves_problems(self.system, self.training.moves)
        if self.isolated.rounds and "imp_wr" not in self.pruning.procedures:
            must = "must hold imp_wr, whose masks isolated.rounds asks for"
            problems.append(not_allowed(("pruning", "procedures"), self.pruning.procedures, must))
        target = self.pruning.rewind_to
        if isinstance(target, int) and target >= self.training.dense_steps:
            must = f"must be less than {self.training.dense_steps}, which is training.dense_steps, or dense"
            problems.append(not_allowed(("pruning", "rewind_to"), target, must))
        misfits = network_problems(self.network, self.system)
        shapes = None if misfits else self.network.prunable_tensors(self.system)
        problems += misfits
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
    recompute: Annotated[
        bool,
        Field(description="false: energies in the table that ships with the package are taken from there"),
    ] = False

    def takes_known(self, study: "Study") -> bool:
        """Whether an energy of the study's system is taken from the table, should it be there."""
        return not self.recompute and study.n_sites > self.max_ed_spins


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
    # Braces are Snakemake's. Its executor for SLURM hands paths to a shell within double quotes.
    if not folder.isprintable() or any(letter in "{}'\"`$\\" for letter in folder):
        refuse("must be a folder without braces, control characters, quotes, backticks, $ and backslashes")
    if folder.startswith("-"):
        refuse("must be a folder without - before it")
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
