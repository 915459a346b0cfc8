"""The `pruning` and `isolated` parts of a study: which masks are made, and what is trained under them."""

from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator, model_validator

from sparse_nqs.fields.model import ALL_DIFFERENT, FROM_LIST, Count, Model, Number, refuse, refuse_all
from sparse_nqs.groups import active_counts, removal_count
from sparse_nqs.members.loading import load, names
from sparse_nqs.members.procedures import of_kind
from sparse_nqs.members.protocols import groups_of, protocols
from sparse_nqs.messages import Mistake, not_allowed, show

CHAINS = of_kind("chain")
ISOLATED = of_kind("isolated")
if TYPE_CHECKING:  # a type checker cannot list a folder
    ChainProcedure = str
    IsolatedProcedure = str
else:
    ChainProcedure = Literal[*CHAINS]
    IsolatedProcedure = Literal[*ISOLATED]

Rounds = Annotated[int, Field(ge=1, le=10_000)]


def _meanings(kind: str, members: tuple[str, ...]) -> str:
    return "; ".join(f"{name}: {load(kind, name).MEANING}" for name in members)


def _one_line(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    try:
        return check(value)
    except ValidationError:
        refuse("must be dense, init, or a step of the dense training, a whole number of at least 1")


class Pruning(Model):
    """How the masks are made, and the chains of rounds that are trained under them."""

    procedures: Annotated[
        tuple[ChainProcedure, ...],
        FROM_LIST,
        ALL_DIFFERENT,
        Field(min_length=1, description=f"chains of rounds; {_meanings('procedures', CHAINS)}"),
    ] = ("imp_wr",)
    protocol: Annotated[
        Literal[*protocols()] | None,  # type: ignore[valid-type]  # mypy does not unpack here
        Field(
            description="what shares a threshold, and which weights below it go. What shares one: "
            f"{_meanings('partitions', names('partitions'))}. Which go: {_meanings('scores', names('scores'))}; a "
            "score other than magnitude stands before the last word of a protocol's name. null: res_blocks_global "
            "for a res_cnn, layerwise otherwise"
        ),
    ] = None
    ratio: Annotated[Number, Field(gt=0, lt=1, description="the fraction of weights a round removes")] = 0.3
    rounds: Annotated[Rounds, Field(description="the number of prunings")] = 12
    rewind_to: Annotated[
        Literal["dense", "init"] | Count,
        WrapValidator(_one_line),
        Field(description="what surviving weights go back to; a number is a step of the dense training"),
    ] = "dense"


class Isolated(Model):
    """Trainings under the masks of IMP-WR, or like them, without its history."""

    procedures: Annotated[
        tuple[IsolatedProcedure, ...],
        FROM_LIST,
        ALL_DIFFERENT,
        Field(min_length=1, description=f"T(weights, mask); {_meanings('procedures', ISOLATED)}"),
    ] = ("t_init_imp", "t_rand_imp", "t_init_rand")
    rounds: Annotated[
        tuple[Rounds, ...],
        FROM_LIST,
        ALL_DIFFERENT,
        Field(description="the rounds whose masks are trained; [] for none"),
    ] = ()
    draws: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="independent trainings of a round, each with a key of its own, of the procedures in whose "
            "start anything is random; the others have one",
        ),
    ] = 1
    draw_rounds: Annotated[
        tuple[Rounds, ...] | None,
        FROM_LIST,
        ALL_DIFFERENT,
        Field(description="which of `rounds` have so many draws, the others have one; null: all"),
    ] = None

    @model_validator(mode="after")
    def _check_draw_rounds(self) -> "Isolated":
        refuse_all(
            [
                not_allowed(
                    ("draw_rounds", position),
                    number,
                    f"must be one of rounds, which are {show(self.rounds)}",
                )
                for position, number in enumerate(self.draw_rounds or ())
                # A study that is `like` another and trains nothing in isolation may keep the other's.
                if self.rounds and number not in self.rounds
            ]
        )
        return self

    @property
    def drawn_rounds(self) -> tuple[int, ...]:
        """The rounds with `draws` draws."""
        return self.rounds if self.draw_rounds is None else self.draw_rounds


def protocol_mistakes(
    protocol: str, pruning: Pruning, shapes: Mapping[str, tuple[int, ...]]
) -> list[Mistake]:
    """Why a network cannot be pruned so, with paths below the study.

    Args:
        protocol: its name, resolved.
        pruning: the study's.
        shapes: the prunable tensors' shapes by name.
    """
    try:
        groups = groups_of(protocol, tuple(shapes), pruning.ratio)
    except ValueError as error:
        return [not_allowed(("pruning", "protocol"), protocol, str(error))]
    sizes = {group: sum(prod(shapes[name]) for name in group.tensors) for group in groups}
    # The smallest group is the first to lose its last weight, and one line is enough.
    for group in sorted(groups, key=sizes.__getitem__):
        size, where = sizes[group], f" in {', '.join(group.tensors)}"
        if size < 2:
            return [Mistake(("network",), f"must have more than one weight{where}, or nothing can be pruned")]
        if removal_count(size, group.ratio) >= size:
            must = f"must leave a weight at the first round, and there are {size}{where}"
            return [not_allowed(("pruning", "ratio"), pruning.ratio, must)]
        try:
            active_counts(size, group.ratio, pruning.rounds)
        except ValueError as error:
            return [not_allowed(("pruning", "rounds"), pruning.rounds, f"{error}{where}")]
    return []
