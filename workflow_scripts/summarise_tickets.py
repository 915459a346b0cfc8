"""The tables of tickets of all studies as one each."""

from sparse_nqs.stages.arguments import run
from sparse_nqs.stages.joining import join_studies

TABLES = ("tickets", "ticket_units", "ticket_distributions", "mask_overlaps")


def main() -> None:
    """Read the tables of each study below the results folder, write the summaries."""
    join_studies(__doc__, TABLES)


if __name__ == "__main__":
    run(main)
