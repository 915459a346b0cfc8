"""Named arrays with a header of text, in one safetensors file. No format here can run code."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from sparse_nqs.errors import WorkError
from sparse_nqs.storage.atomic import replacing


class DamagedFileError(WorkError):
    """A file is not what it should be; the message names it and says what to do."""


@contextmanager
def decoding(path: str | os.PathLike, kind: str) -> Iterator[None]:
    """Turn whatever the content of a file may raise while it is taken apart into a DamagedFileError that names it."""
    try:
        yield
    except DamagedFileError:
        raise
    except (SafetensorError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise DamagedFileError(
            f"{path}: not a readable {kind} file ({error}); delete it and run again"
        ) from error


def write_tensors(path: str | os.PathLike, kind: str, header: dict, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays and a header of plain JSON values.

    Args:
        kind: what the file holds; reading asks for the same word.
    """
    text = json.dumps({"kind": kind, **header}, sort_keys=True)
    with replacing(path) as temporary:
        save_file(
            {name: np.ascontiguousarray(value) for name, value in arrays.items()},
            temporary,
            metadata={"header": text},
        )


def read_tensors(path: str | os.PathLike, kind: str) -> tuple[dict, dict[str, np.ndarray]]:
    """Read what `write_tensors` wrote: (header, arrays).

    Raises:
        FileNotFoundError: if there is no such file.
        DamagedFileError: if the file is truncated, not of this format, or of another kind.
    """
    path = os.fspath(path)
    if not os.path.exists(path):
        raise FileNotFoundError(f"{path}: no such file")
    with decoding(path, kind):
        with safe_open(path, framework="numpy") as file:
            header = json.loads((file.metadata() or {})["header"])
            arrays = {name: file.get_tensor(name) for name in file.keys()}
        if header.pop("kind", None) != kind:
            raise DamagedFileError(f"{path}: is not a {kind} file; delete it and run again")
    return header, arrays
