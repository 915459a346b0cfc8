"""Tables that are put together from others."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sparse_nqs.stages.arguments import read_arguments
from sparse_nqs.storage.tables import Part, concatenate_tables


def study_parts(results: Path, studies: Iterable[str], table: str) -> list[Part]:
    """The tables of studies below the results folder, as the parts of one."""
    return [
        Part(results / "studies" / study / "tables" / f"{table}.parquet", {"study": study})
        for study in studies
    ]


def join_studies(description: str, tables: Sequence[str]) -> None:
    """The work of a script that joins tables of all studies. The spec names the studies; each table has an option.

    Args:
        description: the script's docstring.
        tables: their names.
    """
    arguments = read_arguments(description, *tables)
    for table in tables:
        path = Path(getattr(arguments, table))
        parts = study_parts(path.parent.parent, arguments.spec["studies"], table)
        concatenate_tables(path, table, parts)
