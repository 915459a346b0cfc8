"""The tables of tickets of all studies as one each."""

from pathlib import Path

from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.parts import study_parts
from sparse_nqs.storage.tables import concatenate_tables

TABLES = ("tickets", "ticket_units", "ticket_distributions", "mask_overlaps")


def main() -> None:
    """Read the tables of each study below the results folder, write the summaries."""
    arguments = read_arguments(__doc__, *TABLES)
    results = Path(arguments.tickets).parent.parent
    for table in TABLES:
        parts = study_parts(results, arguments.spec["studies"], table)
        concatenate_tables(getattr(arguments, table), table, parts)


if __name__ == "__main__":
    run(main)
