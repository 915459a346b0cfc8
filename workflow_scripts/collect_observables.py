"""Join tables of observables into one: those of the blocks of a study, or those of the studies."""

from pathlib import Path

from sparse_nqs.blocks import listed_blocks
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.block_origin import origin_of
from sparse_nqs.stages.joining import study_parts
from sparse_nqs.storage.tables import Part, concatenate_tables


def main() -> None:
    """Read the tables that the spec names, below the folder two levels above the output, write one."""
    arguments = read_arguments(__doc__, "observables")
    spec = arguments.spec
    base = Path(arguments.observables).parent.parent
    if "blocks" in spec:
        origin = {"study": spec["study"]}
        parts = [
            Part(
                base / f"seed_{seed}" / f"{block.name}.observables.parquet",
                origin_of(spec["study"], seed, block),
            )
            for seed in spec["seeds"]
            for block in listed_blocks(**spec["blocks"])
        ]
    else:
        origin = None
        parts = study_parts(base, spec["studies"], "observables")
    concatenate_tables(arguments.observables, "observables", parts, origin)


if __name__ == "__main__":
    run(main)
