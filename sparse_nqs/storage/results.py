"""Small results between stages: JSON with a word that says what it holds."""

import json
import os
from pathlib import Path
from typing import Any

from sparse_nqs.storage.atomic import replacing
from sparse_nqs.storage.tensors import DamagedFileError


def write_result(path: str | os.PathLike, kind: str, content: dict[str, Any]) -> None:
    """Write plain values; NaN and infinities are refused with ValueError. Atomic."""
    text = json.dumps({"kind": kind, **content}, indent=1, allow_nan=False)
    with replacing(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def read_result(path: str | os.PathLike, kind: str) -> dict[str, Any]:
    """Read what `write_result` wrote.

    Raises:
        FileNotFoundError: if there is no such file.
        DamagedFileError: if the file is not JSON, or of another kind.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise DamagedFileError(
            f"{path}: not a readable {kind} file ({error}); delete it and run again"
        ) from error
    if not isinstance(content, dict) or content.pop("kind", None) != kind:
        raise DamagedFileError(f"{path}: is not a {kind} file; delete it and run again")
    return content
