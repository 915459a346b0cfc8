"""Whether results can be written where the config wants them: asked once, before the first job."""

import os
import tempfile
from pathlib import Path

from sparse_nqs.config.messages import ConfigError, Problem, line, show

# A job that cannot write a line to its log cannot say what is wrong.
_BYTES = 4096


def require_writable(folder: str, source: str = "config") -> None:
    """Make a folder of results, and write a file there that goes at once.

    Args:
        source: what the line of an error begins with, usually the config's name.

    Raises:
        ConfigError: if the system does not let it be written, with the system's reason.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        text = f"{show(folder)} cannot be written to: {error.strerror}"
        raise ConfigError([line(source, Problem(("results",), text))]) from error
