"""What all parts of the study description share: the strict base model, the kinds of numbers, and refusals.

A refusal is raised as a `PydanticCustomError` of type "refused" (one, about the value at hand) or "mistakes"
(several, each with a path below the value at hand); `messages` turns both into lines.
"""

import itertools
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from sparse_nqs.messages import Mistake, show


class Model(BaseModel):
    """A part of the description: immutable, no unknown keys, no conversions but from int to float."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @classmethod
    def keys(cls) -> list[str]:
        """The keys that a user may write."""
        return list(cls.model_fields)


def refuse(must: str) -> NoReturn:
    """Refuse the value at hand, which `must` be something else ("must be ...").

    Raises:
        PydanticCustomError: always, of type "refused".
    """
    raise PydanticCustomError("refused", "{must}", {"must": must})


def refuse_all(mistakes: list[Mistake]) -> None:
    """Refuse the value at hand if there are any mistakes in it.

    Raises:
        PydanticCustomError: of type "mistakes", if there are any.
    """
    if mistakes:
        summary = "; ".join(f"{'.'.join(map(str, path))}: {text}" for path, text in mistakes)
        raise PydanticCustomError("mistakes", "{summary}", {"summary": summary, "mistakes": tuple(mistakes)})


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _all_different(entries: tuple) -> tuple:
    for position, entry in enumerate(entries or ()):  # null is for the field to allow
        if entry in entries[:position]:
            refuse(f"must not repeat an entry, and {show(entry)} is there twice")
    return entries


def _ascending(entries: tuple) -> tuple:
    if any(first >= second for first, second in itertools.pairwise(entries)):
        refuse("must be in ascending order, each entry once")
    return entries


def _without_negative_zero(value: float) -> float:
    return value + 0.0  # -0.0 would be a second spelling of 0.0 in hashes and file names


# Upper bounds are far above anything that can be computed. They keep arithmetic on a mistyped number harmless.
LARGEST = 2**31 - 1

Number = Annotated[float, AfterValidator(_without_negative_zero)]
Positive = Annotated[Number, Field(gt=0)]
NonNegative = Annotated[Number, Field(ge=0)]
Count = Annotated[int, Field(ge=1, le=LARGEST)]
CountOrZero = Annotated[int, Field(ge=0, le=LARGEST)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]

# Put after a `tuple[...]` annotation: a YAML list is read as a tuple.
FROM_LIST = BeforeValidator(_as_tuple)
ALL_DIFFERENT = AfterValidator(_all_different)
ASCENDING = AfterValidator(_ascending)
