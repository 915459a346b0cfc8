"""The scaling regions of every chain of a study."""

from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.scaling import region_rows
from sparse_nqs.storage.tables import read_table, write_table


def main() -> None:
    """Read the rounds of the study, write its regions."""
    arguments = read_arguments(__doc__, "rounds", "regions")
    origin = {"study": arguments.spec["study"]}
    rows = region_rows(read_table(arguments.rounds, "rounds", origin), arguments.spec["procedures"])
    write_table(arguments.regions, "regions", rows, origin)


if __name__ == "__main__":
    run(main)
