"""The pairs of a fidelity matrix as one table."""

from pathlib import Path

from sparse_nqs import paths
from sparse_nqs.planning.layout import matrix_tiles
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.storage.tables import TableFile, concatenate_tables


def main() -> None:
    """Read the matrix's tiles from the folder of the results, write the table."""
    arguments = read_arguments(__doc__, "results", "pairs")
    spec = arguments.spec
    results, matrix = Path(arguments.results), spec["matrix"]
    parts = [
        TableFile(results / paths.tile(matrix, tile.name), {"matrix": matrix, "tile": tile.name})
        for tile in matrix_tiles(spec["states"], spec["tile"])
    ]
    concatenate_tables(arguments.pairs, "fidelity_pairs", parts, {"matrix": matrix})


if __name__ == "__main__":
    run(main)
