"""Named arrays with a header of text, in one safetensors file. No format here can run code."""

import json
import os
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from sparse_nqs.storage.atomic import replacing
from sparse_nqs.storage.sealed import BLANK, decoding, of_another_kind, require_intact, sealed

# The format: eight bytes that give the length of a JSON text, the text, the arrays.
_LENGTH_BYTES = 8


def write_tensors(path: str | os.PathLike, kind: str, header: dict, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays and a header of plain JSON values; atomic.

    Args:
        kind: what the file holds; reading asks for the same word.
        header: comes back as it is, without the keys "kind" and "checksum", which are taken.
        arrays: by name, of any shape and of a dtype that safetensors has; they come back with both.
    """
    # One entry, for the format keeps several in no order.
    text = json.dumps({"kind": kind, "checksum": BLANK, **header}, sort_keys=True)
    # In C order, as safetensors takes the memory as it lies. (`ascontiguousarray` would make rows of single numbers.)
    in_c_order = {name: np.asarray(value, order="C") for name, value in arrays.items()}
    content = save(in_c_order, metadata={"header": text})
    with replacing(path) as temporary:
        temporary.write_bytes(sealed(content))


def read_tensors(path: str | os.PathLike, kind: str) -> tuple[dict, dict[str, np.ndarray]]:
    """Read what `write_tensors` wrote: (header, arrays).

    Raises:
        FileNotFoundError: if there is no such file.
        DamagedFileError: if any byte of the file is not as it was written, or it is not of this format or kind.
    """
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: no such file") from None
    require_intact(path, kind, content)
    with decoding(path, kind, SafetensorError):
        length = int.from_bytes(content[:_LENGTH_BYTES], "little")
        metadata = json.loads(content[_LENGTH_BYTES : _LENGTH_BYTES + length])["__metadata__"]
        header = json.loads(metadata["header"])
        if header.pop("kind", None) != kind:
            raise of_another_kind(path, kind)
        del header["checksum"]
        return header, load(content)
