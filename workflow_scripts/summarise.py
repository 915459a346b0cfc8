"""The tables of all studies as one."""

from pathlib import Path

from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.parts import study_parts
from sparse_nqs.storage.tables import concatenate_tables

TABLES = ("rounds", "fidelities", "histories", "provenance")


def main() -> None:
    """Read the tables of each study below the results folder, write the summaries."""
    arguments = read_arguments(__doc__, *TABLES)
    results = Path(arguments.rounds).parent.parent
    for table in TABLES:
        parts = study_parts(results, arguments.spec["studies"], table)
        concatenate_tables(getattr(arguments, table), table, parts)


if __name__ == "__main__":
    run(main)
