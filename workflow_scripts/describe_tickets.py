"""The structure of all masks of a study's chains: of each mask, and what the masks of two seeds have in common."""

from pathlib import Path

from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.collecting_tickets import collect_tickets
from sparse_nqs.storage.tables import write_table
from sparse_nqs.study_tables import TICKETS


def main() -> None:
    """Read all blocks of its chains from the folder of the results, write four tables."""
    arguments = read_arguments(__doc__, "results", *TICKETS)
    spec = arguments.spec
    rows = collect_tickets(spec, Path(arguments.results))
    for table in TICKETS:
        write_table(getattr(arguments, table), table, rows[table], {"study": spec["study"]})


if __name__ == "__main__":
    run(main)
