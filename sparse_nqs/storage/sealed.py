"""What every kind of file has: a checksum of its own bytes, and an origin that says what it belongs to.

A writer leaves room for the checksum in its format's own metadata, `BLANK`. Sealing hashes the whole file and puts
the digits there. So every reader notices a byte that is changed or missing.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sparse_nqs.errors import WorkError

_WORD = b"blake2b-128:"
_DIGITS = 32
_ZEROS = _DIGITS * b"0"
BLANK = (_WORD + _ZEROS).decode()


class DamagedFileError(WorkError):
    """A file is not what it should be; the message names it and says what to do."""


_OF_CONTENT: tuple[type[Exception], ...] = (
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    OverflowError,
    RecursionError,
)


@contextmanager
def decoding(path: str | os.PathLike, kind: str, *errors: type[Exception]) -> Iterator[None]:
    """Turn every error from taking a file apart into a DamagedFileError that names the file.

    Args:
        errors: what the format's own library raises, beside Python's usual ones.
    """
    try:
        yield
    except DamagedFileError:
        raise
    except (*_OF_CONTENT, *errors) as error:
        raise unreadable(path, kind, str(error)) from error


def unreadable(path: str | os.PathLike, kind: str, reason: str) -> DamagedFileError:
    """The error of a file that cannot be made sense of."""
    return DamagedFileError(f"{path}: not a readable {kind} file ({reason}); delete it and run again")


def of_another_kind(path: str | os.PathLike, kind: str) -> DamagedFileError:
    """The error of a file that is whole and holds something else."""
    return DamagedFileError(f"{path}: is not a {kind} file; delete it and run again")


def _place(content: bytes) -> int:
    """Where the digits of the checksum are; ValueError if there are none."""
    # The last one: Parquet has its metadata at the end, and the other formats' data hold no such text.
    return content.rindex(_WORD) + len(_WORD)


def _checksum(content: bytes, start: int) -> bytes:
    """The checksum of a file, hexadecimal, as if its own digits were zeros."""
    view = memoryview(content)
    digest = hashlib.blake2b(view[:start], digest_size=_DIGITS // 2)
    digest.update(_ZEROS)
    digest.update(view[start + _DIGITS :])
    return digest.hexdigest().encode()


def sealed(content: bytes) -> bytes:
    """A file's content with its checksum in place of `BLANK`, which must be in it."""
    start = _place(content)
    return b"".join((content[:start], _checksum(content, start), content[start + _DIGITS :]))


def seal(path: Path) -> None:
    """Put the checksum of a file that holds `BLANK` into it."""
    content = path.read_bytes()
    start = _place(content)
    with path.open("r+b") as file:
        file.seek(start)
        file.write(_checksum(content, start))


def require_intact(path: str | os.PathLike, kind: str, content: bytes) -> None:
    """Refuse content that is not what was sealed.

    Raises:
        DamagedFileError: if a byte of it is another one, is missing, or was added.
    """
    try:
        start = _place(content)
    except ValueError:
        raise unreadable(path, kind, "it has no checksum") from None
    if content[start : start + _DIGITS] != _checksum(content, start):
        raise unreadable(path, kind, "its content does not agree with its checksum")


def require_origin(
    path: str | os.PathLike, kind: str, found: Mapping[str, Any], wanted: Mapping[str, Any] | None
) -> None:
    """Refuse a file that belongs elsewhere: to another study, seed, procedure, round, system.

    Args:
        found: what the file says of itself, as plain JSON values.
        wanted: what it must say, as far as the reader knows; None: anything.

    Raises:
        DamagedFileError: if any of it differs.
    """
    if wanted and any(name not in found or found[name] != value for name, value in wanted.items()):
        raise DamagedFileError(
            f"{path}: holds the {kind} of {_described(found, wanted)}, not of {_described(wanted, wanted)}; "
            "delete it and run again"
        )


def _described(origin: Mapping[str, Any], names: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {origin.get(name, 'unknown')}" for name in names)
