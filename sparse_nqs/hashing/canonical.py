"""One text for one piece of plain data, independent of how it was written, and the hash of that text."""

import hashlib
import json
import math
from typing import Any


def canonical_json(obj: Any) -> str:
    """JSON with sorted keys and without blanks, equal if and only if the data are equal.

    1 and 1.0 are different data; the schema has given every number the type of its field. Tuples count as
    lists.

    Args:
        obj: dicts with text keys, lists, tuples, text, bool, int, finite float and None, nested.

    Raises:
        TypeError: for anything else, NaN and infinities included; the message says what and where.
    """
    _check(obj, "")
    return json.dumps(obj, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(obj: Any) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of `canonical_json(obj)`.

    Raises:
        TypeError: as `canonical_json`.
    """
    return hashlib.sha256(canonical_json(obj).encode()).hexdigest()[:16]


def _check(obj: Any, where: str) -> None:
    # Exact types: a NumPy number or an enumeration is a float or text to isinstance, but not in a file.
    kind = type(obj)
    if kind is dict:
        for key, entry in obj.items():
            if type(key) is not str:
                raise TypeError(f"{where or 'top'}: the key {key!r} cannot be hashed; allowed is text")
            _check(entry, f"{where}.{key}" if where else key)
    elif kind in (list, tuple):
        for position, entry in enumerate(obj):
            _check(entry, f"{where}[{position}]")
    elif kind is float and not math.isfinite(obj):
        raise TypeError(f"{where or 'top'}: {obj} cannot be hashed; allowed are finite numbers")
    elif obj is not None and kind not in (str, bool, int, float):
        raise TypeError(
            f"{where or 'top'}: a value of type {kind.__name__} cannot be hashed; "
            "allowed are dict, list, tuple, str, bool, int, float and None"
        )
