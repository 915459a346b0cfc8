"""The tables of all studies as one, and the table of references."""

from pathlib import Path

from sparse_nqs.stages.arguments import read_arguments
from sparse_nqs.storage.results import read_result
from sparse_nqs.storage.tables import concatenate_tables, write_table


def reference_row(system: str, content: dict) -> dict:
    """A row of references.parquet."""
    steps = content.pop("steps")
    bond_dimension = max((step["bond_dimension"] for step in steps), default=None)
    return {"system": system, **content, "bond_dimension": bond_dimension}


def main() -> None:
    """Read the tables of each study below the results folder, write the summaries."""
    arguments = read_arguments(__doc__, "results", "summaries")
    results, summaries = Path(arguments.results), Path(arguments.summaries)
    for table in ("rounds", "fidelities", "histories"):
        parts = [str(results / "studies" / study / "tables" / f"{table}.parquet") for study in arguments.spec["studies"]]
        concatenate_tables(summaries / f"{table}.parquet", table, parts)
    rows = [
        reference_row(system, read_result(results / "references" / f"{system}.json", "reference"))
        for system in arguments.spec["systems"]
    ]
    write_table(summaries / "references.parquet", "references", rows)


if __name__ == "__main__":
    main()
