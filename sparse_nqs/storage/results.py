"""Small results between stages: JSON with a word that says what it holds, its origin and a checksum."""

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sparse_nqs.errors import NotFiniteError
from sparse_nqs.storage.atomic import replacing
from sparse_nqs.storage.sealed import (
    BLANK,
    decoding,
    of_another_kind,
    require_intact,
    require_origin,
    sealed,
)


def write_result(
    path: str | os.PathLike, kind: str, content: dict[str, Any], origin: Mapping[str, Any] | None = None
) -> None:
    """Write plain values; atomic.

    Args:
        origin: what the result belongs to, plain values by name.

    Raises:
        NotFiniteError: if a number is NaN or infinite.
    """
    _require_finite(kind, content)
    whole = {"kind": kind, "checksum": BLANK, "origin": dict(origin or {}), "content": content}
    text = json.dumps(whole, indent=1, allow_nan=False)
    with replacing(path) as temporary:
        temporary.write_bytes(sealed(text.encode() + b"\n"))


def read_result(
    path: str | os.PathLike, kind: str, origin: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Read what `write_result` wrote.

    Args:
        origin: what the file must belong to, as far as that is known.

    Raises:
        FileNotFoundError: if there is no such file.
        DamagedFileError: if any byte of the file is not as it was written, or it is of another kind or origin.
    """
    try:
        text = Path(path).read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: no such file") from None
    require_intact(path, kind, text)
    with decoding(path, kind):
        whole = json.loads(text)
        if not isinstance(whole, dict) or whole.get("kind") != kind:
            raise of_another_kind(path, kind)
        require_origin(path, kind, whole["origin"], origin)
        return whole["content"]


def _require_finite(kind: str, value: Any, where: str = "") -> None:
    if isinstance(value, dict):
        for name, entry in value.items():
            _require_finite(kind, entry, f"{where}.{name}" if where else name)
    elif isinstance(value, list | tuple):
        for position, entry in enumerate(value):
            _require_finite(kind, entry, f"{where}[{position}]")
    elif isinstance(value, float) and not math.isfinite(value):
        raise NotFiniteError(
            f"{kind}: {where} is {value}; allowed are finite numbers, and nothing was written"
        )
