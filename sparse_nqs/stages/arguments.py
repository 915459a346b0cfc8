"""The command line of a workflow script: --spec with the rule's JSON, and one option for each file."""

import argparse
import json
from types import SimpleNamespace


def read_arguments(description: str, *files: str) -> SimpleNamespace:
    """Parse the command line.

    Args:
        description: the script's docstring, shown by --help.
        files: names of the file options, all required.

    Returns:
        `spec` (dict) and a path (str) for each file.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--spec", type=json.loads, required=True, help="what the result depends on, as JSON")
    for name in files:
        parser.add_argument(f"--{name.replace('_', '-')}", required=True, metavar="FILE")
    return SimpleNamespace(**vars(parser.parse_args()))
