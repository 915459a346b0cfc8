"""Plain data: what a YAML file can hold, checked before anything walks through it.

YAML aliases share parts of a document, so a short file can stand for a huge one, or contain itself.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sparse_nqs.messages import Mistake, not_allowed, word_hint

MOST_NODES = 200_000
MOST_LEVELS = 40


def check_size(root: Any, children: Callable[[Any], Iterable[Any]]) -> str | None:
    """What is wrong with the size of a nested structure whose parts may be shared; None if it is fine.

    The time is proportional to the stored structure, even if it would be huge when written out.

    Args:
        root: the structure.
        children: the parts that a part is made of.
    """
    sizes: dict[int, tuple[int, int]] = {}  # of the parts done: nodes and levels
    open_parts: set[int] = set()

    def measure(part: Any, level: int) -> tuple[int, int]:
        if level > MOST_LEVELS or id(part) in open_parts:
            raise _Unusable(f"must not be nested more than {MOST_LEVELS} levels deep, or in itself")
        if id(part) not in sizes:
            open_parts.add(id(part))
            inner = [measure(child, level + 1) for child in children(part)]
            open_parts.remove(id(part))
            sizes[id(part)] = (
                1 + sum(nodes for nodes, _ in inner),
                1 + max((levels for _, levels in inner), default=0),
            )
        nodes, levels = sizes[id(part)]
        if level + levels > MOST_LEVELS + 1:
            raise _Unusable(f"must not be nested more than {MOST_LEVELS} levels deep")
        if nodes > MOST_NODES:
            raise _Unusable(f"must not have more than {MOST_NODES} entries with all aliases written out")
        return nodes, levels

    try:
        measure(root, 0)
    except _Unusable as reason:
        return str(reason)
    return None


class _Unusable(Exception):
    """The structure is too large or too deep; the message says which."""


def parts(value: Any) -> Iterable[Any]:
    """The `children` of plain data."""
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def to_plain(value: Any, path: tuple[str | int, ...] = ()) -> tuple[Any, list[Mistake]]:
    """A copy in plain dicts (text keys), lists, text, numbers, bools and None. Anything else is left out.

    The structure must have passed `check_size`.
    """
    mistakes: list[Mistake] = []
    if isinstance(value, Mapping):
        result = {}
        for key, entry in value.items():
            if not isinstance(key, str):
                mistakes.append(not_allowed(path, key, f"keys must be text{word_hint(key)}"))
                continue
            result[str(key)], inner = to_plain(entry, (*path, str(key)))
            mistakes += inner
        return result, mistakes
    if isinstance(value, list | tuple):
        entries = []
        for position, entry in enumerate(value):
            converted, inner = to_plain(entry, (*path, position))
            entries.append(converted)
            mistakes += inner
        return entries, mistakes
    if value is None or isinstance(value, bool | int | float | str):
        return value, mistakes
    must = "must be text, a number, true, false, null, a list or a mapping"
    return None, [not_allowed(path, value, must + word_hint(value))]
