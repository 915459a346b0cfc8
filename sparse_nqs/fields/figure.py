"""What the figures of a config share: the types of their keys, and what they ask of the studies that they draw."""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple, Protocol

from pydantic import Field

from sparse_nqs.fields.evaluation import Evaluation
from sparse_nqs.fields.model import ALL_DIFFERENT, FROM_LIST, Model, Positive
from sparse_nqs.messages import Mistake, listed, not_allowed

# Where a key stands below its figure.
Key = tuple[str | int, ...]

# Stored columns of rounds.parquet with one value in a study.
OF_STUDY = ("alpha", "field", "length", "width", "n_sites", "n_total", "learning_rate", "samples")


Studies = Annotated[
    tuple[str, ...],
    FROM_LIST,
    ALL_DIFFERENT,
    Field(min_length=1, description="names of the studies it draws"),
]
Label = Annotated[
    str,
    Field(
        description=f"what tells the curves apart: study; a column with one value a study, {', '.join(OF_STUDY)} or a "
        "computed one of rounds ([tables.md](tables.md)); or options.NAME, of a user's Hamiltonian or network"
    ),
]

Abscissa = Annotated[
    Literal["n_active", "rho"], Field(description="horizontal axis: surviving weights n, or rho = n/N")
]
Published = Annotated[
    Literal["none", "shifted", "unshifted"],
    Field(
        description="the paper's curves of the same system under ours: none, with errors from the ground energy at "
        "the field that they name, or as printed"
    ),
]
Mark = Annotated[Positive | None, Field(description="rho at which a line is drawn; null for none")]


class DrawnStudy(Protocol):
    """What figures look at in a study: its name, its seeds, and parts of its description."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def seeds(self) -> tuple[int, ...]:
        """Its seeds."""

    @property
    def system(self) -> Any:
        """The system."""

    @property
    def network(self) -> Any:
        """The network."""

    @property
    def pruning(self) -> Any:
        """How it prunes."""

    @property
    def isolated(self) -> Any:
        """Its isolated trainings."""


class Measured(NamedTuple):
    """Networks that a figure has measured itself, without any training.

    Attributes:
        system: as a study's `system`, plain values.
        network: as a study's `network`, plain values.
        evaluation: how they are measured.
        states: how many there are.
    """

    system: dict[str, Any]
    network: dict[str, Any]
    evaluation: Evaluation
    states: int


class FigureOptions(Model):
    """What a kind of figure can be asked for; the base class of the `Options` of all kinds.

    A kind has a field `kind`, a literal of its own name. What it reads of a table that is not a study's follows from
    its fields: `weights` are of `study`, `seed` and `round`, `fidelity_pairs` of `matrix`.
    """

    kind: str

    def references(self) -> Iterator[tuple[Key, str]]:
        """Where the figure names studies, and which: `study` and `studies`, unless a kind says otherwise."""
        if (study := getattr(self, "study", None)) is not None:
            yield ("study",), study
        for position, study in enumerate(getattr(self, "studies", ())):
            yield ("studies", position), study

    def needs(self, key: Key, study: DrawnStudy) -> Iterator[Mistake]:
        """What a study lacks for the figure: chains of IMP-WR and a value of the label, unless a kind says otherwise.

        Args:
            key: where the figure names the study.
            study: a valid one.
        """
        yield from needs_imp_wr(key, study)
        yield from needs_label(getattr(self, "label", None), key, study)

    def mistakes(self, studies: Mapping[str, DrawnStudy], matrices: Collection[str]) -> Iterator[Mistake]:
        """What is wrong with the figure as a whole: nothing, unless a kind says otherwise.

        Args:
            studies: the valid studies by name.
            matrices: the names of all fidelity matrices.
        """
        yield from ()

    def measured(self) -> list[Measured]:
        """The networks that are measured for the figure: none, unless a kind says otherwise."""
        return []


def needs_imp_wr(key: Key, study: DrawnStudy) -> Iterator[Mistake]:
    """A study without rounds of IMP-WR."""
    if "imp_wr" not in study.pruning.procedures:
        must = f"must be a study with imp_wr, and its procedures are {listed(study.pruning.procedures)}"
        yield not_allowed(key, study.name, must)


def needs_ffnn(key: Key, study: DrawnStudy, why: str = "") -> Iterator[Mistake]:
    """A study of another network than an ffnn.

    Args:
        why: a clause that says what it is needed for.
    """
    if study.network.kind != "ffnn":
        must = f"must be a study of an ffnn{why}, and its network is {study.network.kind}"
        yield not_allowed(key, study.name, must)


def needs_toric_code(key: Key, study: DrawnStudy) -> Iterator[Mistake]:
    """A study of another model than the toric code."""
    if study.system.model != "toric_code":
        must = f"must be a study of the toric code, and its model is {study.system.model}"
        yield not_allowed(key, study.name, must)


def needs_isolated(key: Key, study: DrawnStudy) -> Iterator[Mistake]:
    """A study without isolated trainings."""
    if not study.isolated.rounds:
        yield not_allowed(key, study.name, "must be a study with isolated.rounds, and it has none")


def needs_label(label: str | None, key: Key, study: DrawnStudy) -> Iterator[Mistake]:
    """A study that has no value of the label of its curve."""
    if label == "field" and getattr(study.system, "field", None) is None:
        must = f"must be a study with a field, as its label is field, and its model is {study.system.model}"
        yield not_allowed(key, study.name, must)
    if label is not None and label.startswith("options."):
        options = {**getattr(study.network, "options", {}), **getattr(study.system, "options", {})}
        if label.removeprefix("options.") not in options:
            must = f"must be a study with the option of its label, {label}, and it has {listed(options) or 'none'}"
            yield not_allowed(key, study.name, must)
    if label == "alpha":
        yield from needs_ffnn(key, study, ", as the label is alpha")


def needs_seed(seed: int, study: DrawnStudy) -> Iterator[Mistake]:
    """A seed that the study does not have."""
    if seed not in study.seeds:
        must = f"must be one of the seeds of {study.name}: {listed([str(each) for each in study.seeds])}"
        yield not_allowed(("seed",), seed, must)


def needs_round(round_index: int, key: Key, study: DrawnStudy) -> Iterator[Mistake]:
    """A round that the study does not have.

    Args:
        key: where the figure names the round.
    """
    if round_index > study.pruning.rounds:
        must = f"must be at most {study.pruning.rounds}, the rounds of {study.name}"
        yield not_allowed(key, round_index, must)


def of_one_system(key: str, names: Collection[str], studies: Mapping[str, DrawnStudy]) -> Iterator[Mistake]:
    """Studies of several systems where there must be one: energies per spin are comparable within one system only."""
    drawn = [studies[name] for name in names if name in studies]
    for study in drawn[1:]:
        if study.system != drawn[0].system:
            yield not_allowed((key,), study.name, f"must be a study of the same system as {drawn[0].name}")
