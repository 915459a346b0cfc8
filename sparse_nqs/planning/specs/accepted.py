"""Code that was accepted: it makes the same numbers as the code that made the results, as `make accept` has tried.

The folder of the results holds what was accepted, in accepted.json. A spec then says the hash of the code that made
the results in place of that of the code as it is now, so nothing runs again.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from sparse_nqs.messages import ConfigError

FILE = "accepted.json"


class Accepted(NamedTuple):
    """Code that takes the place of other code.

    Attributes:
        code: its hash.
        made_by: the hash of the code that made the results.
        tried: what was repeated with it: the first outputs of jobs, below the folder of the results.
    """

    code: str
    made_by: str
    tried: tuple[str, ...]


def read_accepted(results: str) -> list[Accepted]:
    """What was accepted for a folder of results, in this order; nothing where there is no such file.

    Raises:
        ConfigError: if the file is not one that `write_accepted` wrote.
    """
    path = Path(results, FILE)
    if not path.exists():
        return []
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [Accepted(entry["code"], entry["made_by"], tuple(entry["tried"])) for entry in entries]
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigError(
            [f"{path}: is not as `make accept` wrote it; bring it back, or delete it"]
        ) from error


def accepted_text(entries: Iterable[Accepted]) -> str:
    """The content of the file."""
    return json.dumps([entry._asdict() for entry in entries], indent=1) + "\n"


def taken_as(entries: Iterable[Accepted]) -> dict[str, str]:
    """The hash of the code that made the results, by that of accepted code; the last entry counts."""
    return {entry.code: entry.made_by for entry in entries}
