"""Tables of observables as one: those of the blocks of a study, or those of the studies."""

from pathlib import Path

from sparse_nqs.blocks import listed_blocks
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.storage.tables import concatenate_tables


def main() -> None:
    """Read the tables in the spec's folders, which lie two levels above the output, write one."""
    arguments = read_arguments(__doc__, "observables")
    spec = arguments.spec
    base = Path(arguments.observables).parent.parent
    if "blocks" in spec:
        names = [f"{block.name}.observables.parquet" for block in listed_blocks(**spec["blocks"])]
    else:
        names = ["tables/observables.parquet"]
    parts = [str(base / folder / name) for folder in spec["folders"] for name in names]
    concatenate_tables(arguments.observables, "observables", parts)


if __name__ == "__main__":
    run(main)
