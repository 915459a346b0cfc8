"""Which files a figure is drawn from: tables of the studies that it draws, and of no other.

So an edit of another study leaves it as it is, and a failed training holds up only the figures of its own study.
"""

from typing import Any, NamedTuple

from sparse_nqs import paths
from sparse_nqs.config import Config
from sparse_nqs.config.figure_needs import studies_named
from sparse_nqs.members.figures import tables_of


class FigureTable(NamedTuple):
    """A file of a table.

    Attributes:
        table: the table's name.
        path: the file, below the folder of the results.
        origin: what it belongs to, plain values by name.
    """

    table: str
    path: str
    origin: dict[str, Any]


def parts_read(config: Config, name: str) -> list[FigureTable]:
    """The files that a figure reads, table by table, studies in the order of the config.

    Args:
        name: the figure's.
    """
    figure = config.figures[name]
    options = figure.model_dump(mode="json")
    named = studies_named(figure)
    studies = [study for study in config.studies if study in named]
    parts = []
    for table in tables_of(figure.kind, options):
        if table == "weights":
            origin = {key: options[key] for key in ("study", "seed", "round")}
            path = paths.weights(options["study"], options["seed"], f"{options['round']:04d}")
            parts.append(FigureTable(table, path, origin))
        elif table == "fidelity_pairs":
            matrix = options["matrix"]
            parts.append(FigureTable(table, paths.pairs(matrix), {"matrix": matrix}))
        elif table == "plaquette_networks":
            parts.append(FigureTable(table, paths.plaquette_networks(name), {"figure": name}))
        else:
            parts += [
                FigureTable(table, paths.study_table(study, table), {"study": study}) for study in studies
            ]
    return parts
