"""Tables that are put together from others."""

from collections.abc import Iterable
from pathlib import Path

from sparse_nqs.storage.tables import Part


def study_parts(results: Path, studies: Iterable[str], table: str) -> list[Part]:
    """The tables of studies below the results folder, as the parts of one."""
    return [
        Part(results / "studies" / study / "tables" / f"{table}.parquet", {"study": study})
        for study in studies
    ]
