"""The references of all systems as one table."""

from pathlib import Path

from sparse_nqs import paths
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.storage.results import read_result
from sparse_nqs.storage.tables import write_table


def reference_row(system: str, content: dict) -> dict:
    """A row of references.parquet from a reference file's content."""
    last = content["steps"][-1] if content["steps"] else {"bond_dimension": None, "variance": None}
    values = {name: value for name, value in content.items() if name not in ("steps", "made_by")}
    return {"system": system, **values, **{name: last[name] for name in ("bond_dimension", "variance")}}


def main() -> None:
    """Read the references that the spec names below the results folder, write the table."""
    arguments = read_arguments(__doc__, "results", "references")
    results = Path(arguments.results)
    rows = [
        reference_row(name, read_result(results / paths.reference(name), "reference", {"system": system}))
        for name, system in arguments.spec["systems"].items()
    ]
    write_table(arguments.references, "references", rows)


if __name__ == "__main__":
    run(main)
