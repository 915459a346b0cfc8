"""The scaling regions of all studies as one table."""

from sparse_nqs.stages.arguments import run
from sparse_nqs.stages.joining import join_studies

TABLES = ("regions",)


def main() -> None:
    """Read the tables of each study below the results folder, write the summaries."""
    join_studies(__doc__, TABLES)


if __name__ == "__main__":
    run(main)
