"""Config files checked as a whole, before Snakemake reads them: `python -m sparse_nqs.reading.check FILE ...`."""

import sys
from pathlib import Path

from sparse_nqs.messages import ConfigError
from sparse_nqs.reading.load import load_config
from sparse_nqs.shadows import shadows


def main(*paths: str) -> None:
    """Exit with status 1 and one line for each mistake, if there are any."""
    hidden = shadows(Path.cwd())
    if hidden:
        sys.exit("\n".join(hidden))
    try:
        load_config(*paths)
    except ConfigError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
