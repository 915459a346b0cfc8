"""The pairs of a fidelity matrix as one table."""

from pathlib import Path

from sparse_nqs.planning.layout import matrix_tiles
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.storage.tables import Part, concatenate_tables


def main() -> None:
    """Read the matrix's tiles, which lie beside the output, write the table."""
    arguments = read_arguments(__doc__, "pairs")
    spec = arguments.spec
    folder, matrix = Path(arguments.pairs).parent, spec["matrix"]
    parts = [
        Part(folder / f"{tile.name}.parquet", {"matrix": matrix, "tile": tile.name})
        for tile in matrix_tiles(spec["states"], spec["tile"])
    ]
    concatenate_tables(arguments.pairs, "fidelity_pairs", parts, {"matrix": matrix})


if __name__ == "__main__":
    run(main)
