"""The scaling regions of every chain of every study."""

from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.scaling import region_rows
from sparse_nqs.storage.tables import read_table, write_table


def main() -> None:
    """Read the rounds of all studies, write their regions."""
    arguments = read_arguments(__doc__, "rounds", "regions")
    rows = region_rows(read_table(arguments.rounds, "rounds"), arguments.spec["procedures"])
    write_table(arguments.regions, "regions", rows)


if __name__ == "__main__":
    run(main)
