"""The configuration reference, docs/configuration.md, made from the schema: `python -m sparse_nqs.config.document`."""

from functools import reduce
from operator import or_
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

import annotated_types
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sparse_nqs.config import (
    config,
    fidelity_matrices,
    figures,
    pruning,
    references,
    start,
    study,
    style,
    training,
)
from sparse_nqs.fields.evaluation import Evaluation
from sparse_nqs.fields.model import LARGEST, Model
from sparse_nqs.members.loading import load, names

_HEAD = """# Configuration

Made from the schema by `python -m sparse_nqs.config.document`; a test keeps it current. Every key that is not
marked *required* may be left out. Unknown keys, wrong types and impossible combinations are refused, all at once,
before anything runs. `like: NAME` in a study starts from another study: mappings are merged, lists and single values
replaced, and a mapping that names another `model` or `kind` replaces the whole. With another `module`, `operator` or
Optax `name` the options of the former one stay behind, with another `model` the sampler's `moves`. Of several config
files (`--configfile FIRST SECOND`) a later one is laid over the earlier ones by the same rule as a study over the one
it is like.

YAML 1.1 reads some values otherwise than they look, and they are refused with a word on how to write them: numbers with
an exponent need a point (`1.0e-3`, or they are text, in `options` too), but not in a file that is JSON; `010`, `0x10`
and `1:30` would be numbers in other bases; `yes`, `no`, `on` and `off` would be true and false, so text needs quotes
(`"on"`).
"""

_SECTIONS: list[tuple[str, list[type[Model]]]] = [
    ("Top level", [config.Config]),
    ("references", [references.References]),
    ("studies: NAME", [study.Study]),
    ("system", [load("systems", name).Options for name in names("systems")]),
    ("network", [load("networks", name).Options for name in names("networks")]),
    ("start", [start.PlaquetteStart]),
    ("training", [training.Training, training.OptaxChoice, training.ShiftSchedule, training.Stop]),
    ("pruning", [pruning.Pruning]),
    ("isolated", [pruning.Isolated]),
    ("evaluation", [Evaluation]),
    ("fidelity_matrices: NAME", [fidelity_matrices.FidelityMatrix]),
    ("figures: NAME", list(figures.KINDS)),
    ("style", [style.Style]),
]

_NAMES = {int: "whole number", float: "number", str: "text", bool: "true or false"}


def _allowed(annotation: Any, metadata: list) -> str:
    """What a field accepts, in words."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _allowed(inner, [*more, *metadata])
    if origin is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(annotation))
    if origin is tuple:
        return f"list of: {_allowed(get_args(annotation)[0], [])}"
    if origin is dict and get_args(annotation)[1] is Any:
        return "mapping"
    if origin is dict or (isinstance(annotation, type) and issubclass(annotation, Model)):
        return "see below"
    members = get_args(annotation)
    if NoneType in members:
        rest = reduce(or_, (member for member in members if member is not NoneType))
        return f"{_allowed(rest, metadata)}, or null"
    if any(get_origin(member) is Literal for member in members):
        return " or ".join(_allowed(member, []) for member in members)
    if members:
        return "see below"
    return ", ".join([_NAMES[annotation], *_bounds(metadata)])


def _bounds(metadata: list) -> list[str]:
    words = []
    for entry in metadata:
        for part in entry.metadata if isinstance(entry, FieldInfo) else [entry]:
            match part:
                case annotated_types.Gt(gt=bound):
                    words.append(f"> {bound:g}")
                case annotated_types.Ge(ge=bound):
                    words.append(f">= {bound:g}")
                case annotated_types.Lt(lt=bound):
                    words.append(f"< {bound:g}")
                # The bound of all counts protects arithmetic and is no advice.
                case annotated_types.Le(le=int() | float() as bound) if bound != LARGEST:
                    words.append(f"<= {bound:.10g}")
    return words


def _default(field: FieldInfo) -> str:
    value = field.default
    if field.is_required():
        return "*required*"
    if value is PydanticUndefined or isinstance(value, Model) or value == {}:
        return ""
    if value is None:
        return "`null`"
    if isinstance(value, tuple):
        return f"`[{', '.join(map(str, value))}]`"
    return f"`{value}`"


def _table(model: type[Model]) -> str:
    lines = ["| key | allowed | default | meaning |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        if name not in model.keys():
            continue
        allowed = _allowed(field.annotation, list(field.metadata)).replace("|", "\\|")
        lines.append(f"| `{name}` | {allowed} | {_default(field)} | {field.description or ''} |")
    return "\n".join(lines)


def render() -> str:
    """The whole reference as Markdown."""
    parts = [_HEAD]
    for title, models in _SECTIONS:
        parts.append(f"## {title}\n")
        parts += [f"{(model.__doc__ or '').strip()}\n\n{_table(model)}\n" for model in models]
    return "\n".join(parts)


if __name__ == "__main__":
    print(render(), end="")
