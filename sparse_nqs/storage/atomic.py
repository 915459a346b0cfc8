"""Whole files or none: write under a temporary name in the target's folder, then rename."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: str | os.PathLike) -> Iterator[Path]:
    """Give a temporary path to write to; on success it becomes `path`, on failure it is removed.

    Raises:
        OSError: that names `path`, if the system does not let it be written: a full disk, a missing permission.
    """
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        os.replace(temporary, target)
    except OSError as error:
        # A failed write does not name the file, and the temporary name means nothing to a user.
        if error.errno is None or error.filename not in (None, str(temporary), temporary):
            raise
        reason = os.strerror(error.errno)
        raise OSError(
            error.errno, f"{reason}; nothing was written, and an older file is as it was", str(target)
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def replace_text(path: str | os.PathLike, text: str) -> None:
    """Write a file of text, in UTF-8, as a whole or not at all.

    Raises:
        OSError: as `replacing`.
    """
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
