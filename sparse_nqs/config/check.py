"""Config files checked as a whole, before Snakemake reads them: `python -m sparse_nqs.config.check FILE ...`."""

import sys

from sparse_nqs.config.load import load_config
from sparse_nqs.config.messages import ConfigError


def main(*paths: str) -> None:
    """Exit with status 1 and one line for each problem, if there are any."""
    try:
        load_config(*paths)
    except ConfigError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
