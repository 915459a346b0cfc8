"""The registry of figure kinds.

Importing this module imports neither Matplotlib nor pandas: the workflow reads `TABLES` while it is parsed.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

# Kind, which is also the name of its module here, and the summary tables that it reads.
TABLES: dict[str, tuple[str, ...]] = {
    "isolated": ("rounds",),
    "chain_comparison": ("rounds",),
    "error_scan": ("rounds",),
    "size_scan": ("rounds", "fidelities"),
    "toric_pair": ("rounds", "fidelities"),
    "hidden_units": ("weights",),
    "mask_overlap": ("rounds", "mask_overlaps"),
    "ticket_structure": ("rounds", "tickets"),
    "fidelity_matrix": ("fidelity_pairs",),
    "plaquette_network": ("plaquette_networks",),
    "energy_variance": ("rounds",),
    "step_cost": ("rounds",),
    "training_curves": ("rounds", "histories"),
    "energy_trace": ("rounds", "histories"),
    "sparsity_reached": ("rounds",),
}
# Where the report puts figures of a kind.
CATEGORIES: dict[str, str] = {
    "isolated": "Isolated trainings",
    "toric_pair": "Isolated trainings",
    "sparsity_reached": "Isolated trainings",
    "chain_comparison": "Scaling with sparsity",
    "error_scan": "Scaling with sparsity",
    "size_scan": "Scaling with sparsity",
    "energy_variance": "Dense networks",
    "training_curves": "Training",
    "energy_trace": "Training",
    "step_cost": "Training",
    "hidden_units": "Structure of the masks",
    "mask_overlap": "Structure of the masks",
    "ticket_structure": "Structure of the masks",
    "fidelity_matrix": "Likeness of states",
    "plaquette_network": "Dense networks",
}
# Tables that an option of a kind asks for besides, if it is on.
OPTIONAL: dict[str, dict[str, str]] = {"error_scan": {"regions": "regions"}}


def tables_of(kind: str, figure: Mapping[str, object] | None = None) -> tuple[str, ...]:
    """The names of the tables that figures of this kind read.

    Args:
        kind: one of `TABLES`.
        figure: the options of the figure; None for the tables that all of this kind read.

    Raises:
        ValueError: if the kind is unknown.
    """
    if kind not in TABLES:
        raise ValueError(f"unknown kind of figure {kind!r}; allowed are {', '.join(TABLES)}")
    options = figure or {}
    optional = OPTIONAL.get(kind, {})
    return TABLES[kind] + tuple(table for option, table in optional.items() if options.get(option))


def module_of(kind: str) -> str:
    """The full name of the module that draws this kind, for importing or for fingerprinting its source.

    Raises:
        ValueError: if the kind is unknown.
    """
    tables_of(kind)
    return f"sparse_nqs.figures.{kind}"


def draw(
    kind: str, tables: Mapping[str, pd.DataFrame], figure: Mapping[str, object], style: Mapping[str, object]
) -> Figure:
    """Draw a figure.

    Args:
        kind: one of `TABLES`.
        tables: at least the tables that the kind reads, by name.
        figure: the figure's part of the config, with the options of its kind.
        style: the config's `style`; what is left out takes the default of `style.Look`.

    Raises:
        ValueError: if the kind, a style entry or a column is unknown, or a table lacks rows that the figure
            needs.
    """
    _check_tables(kind, tables, figure)
    from sparse_nqs.figures import style as styles

    look = styles.read(style)
    with styles.context(look):
        return importlib.import_module(module_of(kind)).draw(tables, figure, look)


def caption(kind: str, tables: Mapping[str, pd.DataFrame], figure: Mapping[str, object]) -> str:
    """What a figure shows, of which systems and seeds, and what follows from its numbers: reStructuredText.

    Args:
        kind: one of `TABLES`.
        tables: as for `draw`.
        figure: as for `draw`.

    Raises:
        ValueError: as `draw`.
    """
    _check_tables(kind, tables, figure)
    return importlib.import_module(module_of(kind)).caption(tables, figure)


def _check_tables(kind: str, tables: Mapping[str, pd.DataFrame], figure: Mapping[str, object]) -> None:
    missing = [name for name in tables_of(kind, figure) if name not in tables]
    if missing:
        raise ValueError(f"a figure of kind {kind} needs the table(s) {', '.join(missing)}")
