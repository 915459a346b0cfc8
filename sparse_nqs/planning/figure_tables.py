"""Which files a figure is drawn from: tables of the studies that it draws, and of no other.

So an edit of another study leaves it as it is, and a training that fails holds up the figures of its own study alone.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sparse_nqs.config import Config
from sparse_nqs.config.figure_needs import studies_named
from sparse_nqs.config.figures import FidelityMatrixFigure, HiddenUnits, PlaquetteNetwork


class TablePart(NamedTuple):
    """A file of a table.

    Attributes:
        table: the table's name.
        path: the file, below the folder of the results.
        origin: what it belongs to, plain values by name.
    """

    table: str
    path: str
    origin: dict[str, Any]


def parts_read(config: Config, name: str, tables: Iterable[str]) -> list[TablePart]:
    """The files that a figure reads, table by table, studies in the order of the config.

    Args:
        name: the figure's.
        tables: the names of the tables that its kind reads.
    """
    figure = config.figures[name]
    named = studies_named(figure)
    studies = [study for study in config.studies if study in named]
    parts = []
    for table in tables:
        if table == "weights" and isinstance(figure, HiddenUnits):
            origin = {"study": figure.study, "seed": figure.seed, "round": figure.round}
            path = f"studies/{figure.study}/seed_{figure.seed}/weights/round_{figure.round:04d}.parquet"
            parts.append(TablePart(table, path, origin))
        elif table == "fidelity_pairs" and isinstance(figure, FidelityMatrixFigure):
            path = f"fidelity_matrices/{figure.matrix}/pairs.parquet"
            parts.append(TablePart(table, path, {"matrix": figure.matrix}))
        elif table == "plaquette_networks" and isinstance(figure, PlaquetteNetwork):
            parts.append(TablePart(table, f"plaquette_networks/{name}.parquet", {"figure": name}))
        else:
            parts += [
                TablePart(table, f"studies/{study}/tables/{table}.parquet", {"study": study})
                for study in studies
            ]
    return parts
