"""An entry of `studies`: one system, one network and one way of training and pruning, and whether its parts agree."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sparse_nqs.config.moves import moves_mistakes
from sparse_nqs.config.networks import AnyNetwork
from sparse_nqs.config.pruning import Isolated, Pruning, protocol_mistakes
from sparse_nqs.config.start import PlaquetteStart, start_mistakes
from sparse_nqs.config.systems import AnySystem
from sparse_nqs.config.training import Training
from sparse_nqs.fields.evaluation import Evaluation
from sparse_nqs.fields.model import ALL_DIFFERENT, FROM_LIST, Model, Name, Seed, refuse_all
from sparse_nqs.members.loading import load, names
from sparse_nqs.messages import not_allowed

OBSERVABLES = names("observables")


class Study(Model):
    """One system, one network and one way of training and pruning, for several seeds."""

    name: Annotated[Name, Field(description="the study's key; the loader fills it in")]
    system: AnySystem
    network: AnyNetwork
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
        tuple[Literal[*OBSERVABLES], ...],  # type: ignore[valid-type]  # mypy does not unpack here
        FROM_LIST,
        ALL_DIFFERENT,
        Field(
            description="what is measured of every state; "
            + "; ".join(f"{name}: {load('observables', name).MEANING}" for name in OBSERVABLES)
            + "; [] for nothing"
        ),
    ] = ()

    @classmethod
    def keys(cls) -> list[str]:
        """The keys that a user may write."""
        return ["like", *(key for key in cls.model_fields if key != "name")]

    @model_validator(mode="after")
    def _check_parts_agree(self) -> "Study":
        mistakes = []
        for position, number in enumerate(self.isolated.rounds):
            if number > self.pruning.rounds:
                must = f"must be at most {self.pruning.rounds}, which is pruning.rounds"
                mistakes.append(not_allowed(("isolated", "rounds", position), number, must))
        mistakes += moves_mistakes(self.system, self.training.moves)
        if self.isolated.rounds and "imp_wr" not in self.pruning.procedures:
            must = "must hold imp_wr, whose masks isolated.rounds asks for"
            mistakes.append(not_allowed(("pruning", "procedures"), self.pruning.procedures, must))
        target = self.pruning.rewind_to
        if isinstance(target, int) and target >= self.training.dense_steps:
            must = f"must be less than {self.training.dense_steps}, which is training.dense_steps, or dense"
            mistakes.append(not_allowed(("pruning", "rewind_to"), target, must))
        misfits = self.network.mistakes(self.system)
        shapes = None if misfits else self.network.prunable_tensors(self.system)
        mistakes += misfits
        if shapes is not None:
            mistakes += protocol_mistakes(self.protocol, self.pruning, shapes)
        if self.start is not None:
            mistakes += start_mistakes(self.start, self.system, self.network)
        refuse_all(mistakes)
        return self

    @property
    def n_sites(self) -> int:
        """The number of spins N."""
        return self.system.n_sites

    @property
    def protocol(self) -> str:
        """The name of the pruning protocol, with the default of the kind of network."""
        return self.pruning.protocol or self.network.protocol
