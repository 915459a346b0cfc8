"""Free-form options: keyword arguments of what a user names, whose types no schema knows."""

import math
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator

from sparse_nqs.fields.model import refuse, refuse_all
from sparse_nqs.messages import Mistake, not_allowed, number_hint, show


def _check_arguments(options: dict[str, Any]) -> dict[str, Any]:
    wrong = next((key for key in options if not key.isidentifier()), None)
    if wrong is not None:
        refuse(f"must have names of arguments as keys, and {show(wrong)} is none")
    refuse_all(list(_wrong_values(options, ())))
    return options


def _wrong_values(value: Any, path: tuple[str | int, ...]) -> Iterator[Mistake]:
    """A mistake for every number that is not finite, and for every text that reads as a number.

    Nobody can tell whether such text was meant as text.
    """
    if isinstance(value, dict | list | tuple):
        for key, entry in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _wrong_values(entry, (*path, key))
    elif isinstance(value, str) and (hint := number_hint(value)):
        yield not_allowed(path, value, f"must be a number{hint}")
    elif isinstance(value, float) and not math.isfinite(value):
        yield not_allowed(path, value, "must be a finite number")


def _check_scalars(options: dict[str, Any]) -> dict[str, Any]:
    refuse_all(
        [
            not_allowed((key,), value, "must be a number, text, true or false")
            for key, value in options.items()
            if not isinstance(value, bool | int | float | str)
        ]
    )
    return options


# Plain data of any depth, and single values alone.
Arguments = Annotated[dict[str, Any], AfterValidator(_check_arguments)]
Scalars = Annotated[Arguments, AfterValidator(_check_scalars)]
