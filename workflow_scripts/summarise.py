"""The tables of all studies as one, and the table of references."""

from pathlib import Path

from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.storage.results import read_result
from sparse_nqs.storage.tables import concatenate_tables, write_table

TABLES = ("rounds", "fidelities", "histories")


def reference_row(system: str, content: dict) -> dict:
    """A row of references.parquet."""
    steps = content.pop("steps")
    bond_dimension = max((step["bond_dimension"] for step in steps), default=None)
    return {"system": system, **content, "bond_dimension": bond_dimension}


def main() -> None:
    """Read the tables of each study below the results folder, write the summaries."""
    arguments = read_arguments(__doc__, *TABLES, "references")
    results = Path(arguments.rounds).parent.parent
    for table in TABLES:
        studies = arguments.spec["studies"]
        parts = [str(results / "studies" / study / "tables" / f"{table}.parquet") for study in studies]
        concatenate_tables(getattr(arguments, table), table, parts)
    rows = [
        reference_row(system, read_result(results / "references" / f"{system}.json", "reference"))
        for system in arguments.spec["systems"]
    ]
    write_table(arguments.references, "references", rows)


if __name__ == "__main__":
    run(main)
