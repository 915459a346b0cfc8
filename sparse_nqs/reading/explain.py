"""Pydantic's errors as mistakes in our words: the user's key path, the value given, and what is allowed."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from sparse_nqs.fields.model import Model
from sparse_nqs.messages import Mistake, closest, not_allowed, number_hint, word_hint

# What is allowed, for the error types that need no more than their context to say so.
_MUST = {
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "string_unicode": "must be text without surrogate characters",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:.10g}",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be at most {le:.10g}",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must be lower-case letters, digits and _, with a letter first",
    "refused": "{must}",
}


def explain(error: ValidationError, root: type[Model]) -> list[Mistake]:
    """All mistakes that pydantic found when it validated data as `root`."""
    mistakes: list[Mistake] = []
    for details in error.errors(include_url=False):
        path, parents, field = _locate(details["loc"], root)
        mistakes += _explain_one(details, path, parents, field)
    return mistakes


def _explain_one(
    details: Any, path: tuple[str | int, ...], parent: type[Model] | None, field: FieldInfo | None
) -> Iterator[Mistake]:
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    about = f" ({field.description})" if field is not None and field.description else ""
    if kind == "mistakes":
        for mistake in context["mistakes"]:
            yield Mistake(path + mistake.path, mistake.text)
    elif kind == "missing":
        yield Mistake(path, f"is missing, and has no default{about}")
    elif kind == "extra_forbidden":
        yield unknown_key(path, parent.keys() if parent is not None else [])
    elif kind == "union_tag_not_found":
        key = context["discriminator"].strip("'")
        yield Mistake((*path, key), f"is missing: must be one of {', '.join(_tags(field))}")
    elif kind == "union_tag_invalid":
        key = context["discriminator"].strip("'")
        yield not_allowed((*path, key), value[key], _one_of(value[key], _tags(field)))
    elif kind == "literal_error":
        allowed = _literals(field.annotation) if field is not None else ()
        yield not_allowed(path, value, _one_of(value, allowed))
    elif kind == "too_short" and not value:
        yield not_allowed(path, value, f"must have at least one entry{about}")
    elif kind in ("too_long", "too_short"):
        yield not_allowed(path, value, _MUST[kind].format(**context) + about)
    elif kind in _MUST:
        must = _MUST[kind].format(**context) + _keys_of(kind, field)
        yield not_allowed(path, value, must + _hint(kind, value))
    else:
        yield not_allowed(path, value, details["msg"])


def unknown_key(path: tuple[str | int, ...], allowed: list[str]) -> Mistake:
    """The mistake that the last key of the path is none of the allowed ones."""
    return Mistake(path, f"unknown key; allowed are {', '.join(allowed)}{closest(str(path[-1]), allowed)}")


def _one_of(value: Any, allowed: tuple[str, ...]) -> str:
    choice = f"must be {allowed[0]}" if len(allowed) == 1 else f"must be one of {', '.join(allowed)}"
    return choice + (closest(value, allowed) if isinstance(value, str) else word_hint(value))


def _keys_of(kind: str, field: FieldInfo | None) -> str:
    """What a mapping in place of a single value may hold."""
    here = _strip(field.annotation) if field is not None and kind.startswith("model_") else None
    if not isinstance(here, type) or not issubclass(here, Model):
        return ""
    return f" with the keys {', '.join(here.keys())}"


def _hint(kind: str, value: Any) -> str:
    """What YAML 1.1 may have made of a number that it reads as text, or of text that it reads as something else."""
    if kind in ("int_type", "float_type") and isinstance(value, str):
        return number_hint(value, whole=kind == "int_type")
    return word_hint(value) if kind == "string_type" else ""


def _locate(
    loc: tuple[str | int, ...], root: type[Model]
) -> tuple[tuple[str | int, ...], type[Model] | None, FieldInfo | None]:
    """Follow pydantic's location through the models.

    Returns:
        The path as the user wrote it (pydantic inserts the tag of a union's member, and "[key]" after a
        faulty key), the model that the last key belongs to, and the last field passed, which describes the
        value.
    """
    path: list[str | int] = []
    here: Any = root
    parent: type[Model] | None = None
    field: FieldInfo | None = None
    entry_of_dict = False
    for part in loc:
        here = _strip(here)
        if _is_union(here):
            here = _by_tag(here, part)
            continue
        if entry_of_dict and part == "[key]":
            continue
        entry_of_dict = get_origin(here) is dict
        path.append(part)
        if isinstance(here, type) and issubclass(here, Model):
            parent, field = here, here.model_fields.get(str(part))
            here = field.annotation if field is not None else None
        elif get_origin(here) in (dict, tuple):
            here = get_args(here)[1] if get_origin(here) is dict else get_args(here)[0]
            field = FieldInfo.from_annotation(here)
        else:
            here = None
    return tuple(path), parent, field


def _strip(annotation: Any) -> Any:
    """The annotation without metadata and without "or None", neither of which shows up in a location."""
    if get_origin(annotation) is Annotated:
        return _strip(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        if len(members) == 1:
            return _strip(members[0])
    return annotation


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, UnionType)


def _by_tag(union: Any, tag: Any) -> type[Model] | None:
    for member in get_args(union):
        if any(tag in _literals(field.annotation) for field in member.model_fields.values()):
            return member
    return None


def _literals(annotation: Any) -> tuple[Any, ...]:
    annotation = _strip(annotation)
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _tags(field: FieldInfo | None) -> tuple[str, ...]:
    """The choices of the discriminator of a union field."""
    assert field is not None
    return tuple(
        _literals(member.model_fields[field.discriminator].annotation)[0]
        for member in get_args(_strip(field.annotation))
    )
