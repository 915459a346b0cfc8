"""Join tables of observables into one: those of the blocks of a study, or those of the studies."""

from pathlib import Path

from sparse_nqs import paths
from sparse_nqs.blocks import listed_blocks
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.block_origin import origin_of
from sparse_nqs.stages.joining import study_parts
from sparse_nqs.storage.tables import TableFile, concatenate_tables


def main() -> None:
    """Read the tables that the spec names from the folder of the results, write one."""
    arguments = read_arguments(__doc__, "results", "observables")
    spec = arguments.spec
    results = Path(arguments.results)
    if "blocks" in spec:
        origin = {"study": spec["study"]}
        parts = [
            TableFile(
                results / paths.seed_file(spec["study"], seed, block.name, ".observables.parquet"),
                origin_of(spec["study"], seed, block),
            )
            for seed in spec["seeds"]
            for block in listed_blocks(**spec["blocks"])
        ]
    else:
        origin = None
        parts = study_parts(results, spec["studies"], "observables")
    concatenate_tables(arguments.observables, "observables", parts, origin)


if __name__ == "__main__":
    run(main)
