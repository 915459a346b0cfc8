"""The tables of all studies as one."""

from sparse_nqs.stages.arguments import run
from sparse_nqs.stages.joining import join_studies
from sparse_nqs.study_tables import SUMMARY


def main() -> None:
    """Read the tables of each study below the results folder, write the summaries."""
    join_studies(__doc__, SUMMARY)


if __name__ == "__main__":
    run(main)
