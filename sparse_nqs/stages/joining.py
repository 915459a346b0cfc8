"""Tables that are put together from others."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sparse_nqs import paths
from sparse_nqs.stages.arguments import read_arguments
from sparse_nqs.storage.tables import TableFile, concatenate_tables


def study_parts(results: Path, studies: Iterable[str], table: str) -> list[TableFile]:
    """The tables of studies below the folder of the results, as the parts of one."""
    return [TableFile(results / paths.study_table(study, table), {"study": study}) for study in studies]


def join_studies(description: str, tables: Sequence[str]) -> None:
    """The work of a script that joins tables of all studies. The spec names the studies; each table has an option.

    Args:
        description: the script's docstring.
        tables: their names.
    """
    arguments = read_arguments(description, "results", *tables)
    for table in tables:
        parts = study_parts(Path(arguments.results), arguments.spec["studies"], table)
        concatenate_tables(getattr(arguments, table), table, parts)
