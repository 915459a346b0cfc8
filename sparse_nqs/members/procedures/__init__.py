"""Procedures: what is trained, round after round (a chain) or by itself (an isolated training), a file each.

A procedure's file has

- `KIND`: "dense", "chain" or "isolated";
- `start`: the weights and masks that a round's training starts from; a chain's from a `pruning.ChainRound`, an isolated
  training's from a `pruning.Ticket`;
- `REWINDS`, of a chain: whether it needs the weights that `pruning.rewind_to` names;
- `SCORE`, of a chain whose score is not that of the study's protocol;
- `DRAWN`, of an isolated training: whether anything in its start is random, so that it may be drawn several times;
- `MEANING`: what it is, for the reference of the config;
- `LABEL` and `SYMBOL`: its name in captions, and in legends as Matplotlib's mathematics;
- `COLOUR`, `MARKER` and `LINE`: how figures draw it, as Matplotlib names them;
- `KEY`, only of those whose random numbers are older than the rule in `pruning.keys`.
"""

from functools import cache
from types import ModuleType

from sparse_nqs.members.loading import load, names

_KINDS = ("dense", "chain", "isolated")


@cache
def ordered() -> tuple[str, ...]:
    """All procedures in the order of legends: the dense network, chains, isolated trainings; the oldest first."""
    return tuple(sorted(names("procedures"), key=_place))


def _place(name: str) -> tuple[int, float, str]:
    member = load("procedures", name)
    return _KINDS.index(member.KIND), getattr(member, "KEY", float("inf")), name


def of_kind(kind: str) -> tuple[str, ...]:
    """The names of all chains, or of all isolated trainings.

    Args:
        kind: "chain" or "isolated".
    """
    return tuple(name for name in ordered() if load("procedures", name).KIND == kind)


def load_of_kind(kind: str, name: str) -> ModuleType:
    """A procedure's module.

    Raises:
        ValueError: if there is no such procedure of this kind; the message says which there are.
    """
    if name not in names("procedures") or load("procedures", name).KIND != kind:
        raise ValueError(f"unknown {kind} procedure {name!r}; allowed are {', '.join(of_kind(kind))}")
    return load("procedures", name)
