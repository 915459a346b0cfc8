"""The tables of one study from the evaluations, fidelities and histories of all its seeds."""

from contextlib import ExitStack
from pathlib import Path

from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.collecting import collect_study
from sparse_nqs.storage.tables import table_writer
from sparse_nqs.study_tables import SUMMARY


def main() -> None:
    """Read what the spec names from the folder of the results, write four tables."""
    arguments = read_arguments(__doc__, "results", "reference", *SUMMARY)
    spec = arguments.spec
    owner = {"study": spec["study"]}
    with ExitStack() as stack:
        write = {
            table: stack.enter_context(table_writer(getattr(arguments, table), table, owner))
            for table in SUMMARY
        }
        collect_study(spec, Path(arguments.results), Path(arguments.reference), write)


if __name__ == "__main__":
    run(main)
