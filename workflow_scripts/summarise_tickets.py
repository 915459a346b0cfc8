"""The tables of tickets of all studies as one each."""

from sparse_nqs.stages.arguments import run
from sparse_nqs.stages.joining import join_studies
from sparse_nqs.study_tables import TICKETS


def main() -> None:
    """Read the tables of each study below the results folder, write the summaries."""
    join_studies(__doc__, TICKETS)


if __name__ == "__main__":
    run(main)
