"""The pairs of all fidelity matrices as one table."""

from pathlib import Path

from sparse_nqs.config.layout import matrix_tiles
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.storage.tables import Part, concatenate_tables


def main() -> None:
    """Read the tiles of every matrix below the results folder, write the table."""
    arguments = read_arguments(__doc__, "pairs")
    results = Path(arguments.pairs).parent.parent
    parts = [
        Part(
            results / "fidelity_matrices" / matrix / f"{tile.name}.parquet",
            {"matrix": matrix, "tile": tile.name},
        )
        for matrix, (count, size) in arguments.spec["matrices"].items()
        for tile in matrix_tiles(count, size)
    ]
    concatenate_tables(arguments.pairs, "fidelity_pairs", parts)


if __name__ == "__main__":
    run(main)
