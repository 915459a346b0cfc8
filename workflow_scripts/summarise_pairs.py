"""The pairs of all fidelity matrices as one table."""

from pathlib import Path

from sparse_nqs import paths
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.storage.tables import TableFile, concatenate_tables


def main() -> None:
    """Read the pairs of every matrix below the results folder, write the table."""
    arguments = read_arguments(__doc__, "results", "pairs")
    results = Path(arguments.results)
    parts = [TableFile(results / paths.pairs(name), {"matrix": name}) for name in arguments.spec["matrices"]]
    concatenate_tables(arguments.pairs, "fidelity_pairs", parts)


if __name__ == "__main__":
    run(main)
