"""The tables of all studies as one."""

from pathlib import Path

from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.storage.tables import concatenate_tables

TABLES = ("rounds", "fidelities", "histories")


def main() -> None:
    """Read the tables of each study below the results folder, write the summaries."""
    arguments = read_arguments(__doc__, *TABLES)
    results = Path(arguments.rounds).parent.parent
    for table in TABLES:
        studies = arguments.spec["studies"]
        parts = [str(results / "studies" / study / "tables" / f"{table}.parquet") for study in studies]
        concatenate_tables(getattr(arguments, table), table, parts)


if __name__ == "__main__":
    run(main)
