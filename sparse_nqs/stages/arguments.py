"""The command line of a workflow script: --spec with the rule's JSON, and one option for each file."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from types import SimpleNamespace

from sparse_nqs.errors import WorkError
from sparse_nqs.variables import require_harmless


def read_arguments(description: str, *files: str, lists: Sequence[str] = ()) -> SimpleNamespace:
    """Parse the command line.

    Args:
        description: the script's docstring, shown by --help.
        files: names of the options that take one file, all required.
        lists: names of the options that take one file or more, all required.

    Returns:
        `spec` (dict), a path (str) for each file and a list of paths for each list.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--spec", type=json.loads, required=True, help="what the result depends on, as JSON")
    for name in (*files, *lists):
        nargs = "+" if name in lists else None
        parser.add_argument(f"--{name.replace('_', '-')}", required=True, metavar="FILE", nargs=nargs)
    return SimpleNamespace(**vars(parser.parse_args()))


def run(main: Callable[[], None]) -> None:
    """Run a script: what a user can act on becomes one line and exit status 1, all else keeps its traceback.

    It does not run where variables of the environment would change its numbers.
    """
    try:
        require_harmless(os.environ)
        main()
    except (WorkError, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
