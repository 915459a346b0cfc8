"""The words of error messages: how values and key paths are shown, and the error that carries the lines."""

import difflib
import math
import re
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

_MOST_LINES = 20
_LONGEST_VALUE = 60
_MOST_NAMES = 20


class Mistake(NamedTuple):
    """One thing that is wrong.

    Attributes:
        path: keys (str) and list positions (int) that lead to it.
        text: what is wrong and what is allowed.
    """

    path: tuple[str | int, ...]
    text: str


class ConfigError(ValueError):
    """The description cannot be used; `str()` is a line for each mistake, at most 20 lines.

    Attributes:
        lines: all the lines.
    """

    def __init__(self, lines: Iterable[str]):
        self.lines = tuple(lines)
        shown = self.lines
        if len(shown) > _MOST_LINES:
            rest = len(shown) - _MOST_LINES + 1
            shown = (*shown[: _MOST_LINES - 1], f"... and {rest} more mistakes")
        super().__init__("\n".join(shown))


def line(source: str, mistake: Mistake) -> str:
    """The mistake as one line."""
    text = ": ".join(part for part in (source, show_path(mistake.path), mistake.text) if part)
    # File and study names come from outside and may hold anything, line breaks included.
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def not_allowed(path: tuple[str | int, ...], value: Any, must: str) -> Mistake:
    """The mistake that `value`, found at `path`, must be something else."""
    return Mistake(path, f"{show(value)} is not allowed: {must}")


def closest(word: str, allowed: Collection[str]) -> str:
    """A remark that names the allowed word most like this one, or nothing if none is like it."""
    matches = difflib.get_close_matches(word[:100], allowed, n=1)
    return f" (closest: {_show_key(matches[0])})" if matches else ""


def listed(names: Collection[str]) -> str:
    """The names in a row, cut short."""
    shown = [_show_key(name) for name in names][:_MOST_NAMES]
    return ", ".join([*shown, "..."] if len(names) > _MOST_NAMES else shown)


def number_hint(text: str, whole: bool = False) -> str:
    """How to write the number that a text looks like, because YAML 1.1 reads 1e-3 as text; "" if it looks like none.

    Args:
        text: what was written.
        whole: whether only whole numbers are of use.
    """
    number = _number(text)
    if whole and isinstance(number, float) and number.is_integer():
        number = int(number)
    if number is None or (whole and not isinstance(number, int)):
        return ""
    mantissa, _, exponent = repr(number).partition("e")
    if exponent and "." not in mantissa:
        mantissa += ".0"
    return f" (YAML reads this as text: write {mantissa}{'e' if exponent else ''}{exponent})"


def _number(text: str) -> int | float | None:
    """The finite number that Python reads in text, with or without 0x, 0o or 0b before it."""
    for read in (int, lambda digits: int(digits, 0), float):
        try:
            number = read(text)
        except ValueError:
            continue
        return number if math.isfinite(number) else None
    return None


def word_hint(value: Any) -> str:
    """How to write a text that YAML 1.1 has turned into something else; "" if it has not."""
    match value:
        case bool():
            read = "yes, no, on and off as true and false"
        case int() | float():
            read = "this as a number"
        case date():
            read = "this as a date"
        case _:
            return ""
    return f" (YAML reads {read}: put text in quotes)"


def show(value: Any) -> str:
    """The value as YAML would have it, on one line and cut short."""
    text = _show(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 3] + "..."


def _show(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() if value.bit_length() > 200:
            return f"a whole number of {value.bit_length()} bits"
        case str():
            return ascii(value[:_LONGEST_VALUE]) if not value.isprintable() else repr(value[:_LONGEST_VALUE])
        case list() | tuple():
            return f"[{', '.join(show(entry) for entry in value[:_LONGEST_VALUE])}]"
        case dict():
            return "a mapping" if value else "an empty mapping"
        case int() | float():
            return repr(value)
        case _:
            return f"a value of type {type(value).__name__}"


def show_path(path: tuple[str | int, ...]) -> str:
    """The key path with dots between keys and brackets round list positions."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + _show_key(part)
    return text


def _show_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]{1,80}", key) else show(key)
