"""The study description: everything that config.yaml may say, with its defaults and checks."""

from math import prod
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
from sparse_nqs.config.figures import Figure, figure_problems
from sparse_nqs.config.messages import not_allowed
from sparse_nqs.config.networks import Network
from sparse_nqs.config.systems import System

IsolatedProcedure = Literal["t_init_imp", "t_rand_imp", "t_init_rand"]
_Rounds = Annotated[int, Field(ge=1, le=10_000)]


def active_counts(n_weights: int, ratio: float, rounds: int) -> tuple[int, ...]:
    """The surviving weights of one pruning group, n_0 to n_rounds.

    A round removes rint(ratio * n) weights, halves to even, and at least one.

    Args:
        n_weights: n_0, the weights of the dense group.
        ratio: the fraction that a round removes, in (0, 1).
        rounds: the number of prunings.

    Raises:
        ValueError: if no weight is left before the last round; the message names the most rounds possible.
    """
    counts = [n_weights]
    for _ in range(rounds):
        counts.append(counts[-1] - max(1, round(ratio * counts[-1])))
        if counts[-1] < 1:
            raise ValueError(
                f"must be at most {len(counts) - 2}, as round {len(counts) - 1} leaves no weight"
            )
    return tuple(counts)


class Training(Model):
    """Variational Monte Carlo with stochastic reconfiguration."""

    samples: Annotated[Count, Field(description="samples a step")] = 1024
    chains: Annotated[Count, Field(description="Markov chains; a divisor of samples")] = 1024
    sweeps: Annotated[Count, Field(description="sweeps of N proposals between samples")] = 1
    thermalisation: Annotated[CountOrZero, Field(description="sweeps before a training's first step")] = 50
    learning_rate: Positive = 0.02
    diagonal_shift: Annotated[Positive, Field(description="lambda in (S + lambda) d = F")] = 0.001
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
        return self


class Pruning(Model):
    """How the masks are made."""

    protocol: Annotated[
        Literal["layerwise", "random_layerwise"],
        Field(description="which weights go: per tensor the smallest, or per tensor random ones"),
    ] = "layerwise"
    ratio: Annotated[Number, Field(gt=0, lt=1, description="the fraction of weights a round removes")] = 0.3
    rounds: Annotated[_Rounds, Field(description="the number of prunings")] = 12


class Isolated(Model):
    """Trainings of masks by themselves, without the history of IMP-WR."""

    procedures: Annotated[tuple[IsolatedProcedure, ...], FROM_LIST, ALL_DIFFERENT, Field(min_length=1)] = (
        "t_init_imp",
        "t_rand_imp",
        "t_init_rand",
    )
    rounds: Annotated[
        tuple[_Rounds, ...],
        FROM_LIST,
        ALL_DIFFERENT,
        Field(description="the rounds whose masks are trained; [] for none"),
    ] = ()


class Evaluation(Model):
    """How the energies and observables of trained states are measured."""

    exact_max_spins: Annotated[
        int, Field(ge=0, le=26, description="up to so many spins by summing over all configurations")
    ] = 20
    # Error bars come from the spread of the chains, which fewer cannot give.
    chains: Annotated[int, Field(ge=32, le=2**31 - 1, description="independent Markov chains")] = 1024
    samples_per_chain: Count = 64
    sweeps: Annotated[Count, Field(description="sweeps of N proposals between samples")] = 2
    thermalisation: Annotated[CountOrZero, Field(description="sweeps before the first sample")] = 100


class Study(Model):
    """One system, one network and one way of training and pruning, for several seeds."""

    name: Annotated[Name, Field(description="the study's key; the loader fills it in")]
    system: System
    network: Network
    seeds: Annotated[tuple[Seed, ...], FROM_LIST, ALL_DIFFERENT, Field(min_length=1)] = (0, 1)
    training: Training = Training()
    pruning: Pruning = Pruning()
    isolated: Isolated = Isolated()
    evaluation: Evaluation = Evaluation()

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
        try:
            self.network.tensors(self.n_sites)
        except ValueError as error:
            problems.append(not_allowed(("network", "alpha"), self.network.alpha, str(error)))
        else:
            try:
                self.active_counts()
            except ValueError as error:
                problems.append(not_allowed(("pruning", "rounds"), self.pruning.rounds, str(error)))
        refuse_all(problems)
        return self

    @property
    def n_sites(self) -> int:
        """The number of spins N."""
        return self.system.n_sites

    def active_counts(self) -> dict[str, tuple[int, ...]]:
        """The surviving weights of each prunable tensor after 0, 1, ..., `pruning.rounds` prunings."""
        return {
            tensor: active_counts(prod(shape), self.pruning.ratio, self.pruning.rounds)
            for tensor, shape in self.network.prunable(self.n_sites).items()
        }


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


class Config(Model):
    """All studies and figures of one run of the workflow."""

    results: Annotated[str, AfterValidator(_check_folder), Field(description="folder for all output")] = (
        "results"
    )
    rounds_per_job: Annotated[_Rounds, Field(description="IMP-WR rounds that one job does")] = 20
    references: References = References()
    studies: Annotated[dict[Name, Study], Field(min_length=1, description="the studies by name")]
    figures: Annotated[dict[Name, Figure], Field(default_factory=dict, description="the figures by name")]
    style: Style = Style()

    @model_validator(mode="after")
    def _check_names_and_figures(self) -> "Config":
        problems = [
            not_allowed(("studies", name, "name"), study.name, f"must be the study's key, {name}")
            for name, study in self.studies.items()
            if study.name != name
        ]
        refuse_all(problems + figure_problems(self.figures, self.studies, self.studies))
        return self
