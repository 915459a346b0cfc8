"""Kinds of figures, a file each: what a config may say, what is read, and the functions that draw.

A kind has `Options`, its part of the config with what its studies must have (`fields.figure.FigureOptions`); `TABLES`,
the tables that it reads; `CATEGORY`, its place in the report; `draw(tables, figure, look)` and
`caption(tables, figure)`. It may have `OPTIONAL_TABLES`, tables by the option that asks for them, and `COLUMNS`, the
computed columns (`members.columns`) that it draws.
"""

from collections.abc import Mapping

from sparse_nqs.members.loading import load, names


def tables_of(kind: str, figure: Mapping[str, object] | None = None) -> tuple[str, ...]:
    """The names of the tables that a figure reads.

    Args:
        kind: a member.
        figure: the options of the figure; None for the tables that all of this kind read.

    Raises:
        ValueError: if the kind is unknown.
    """
    member, options = load("figures", kind), figure or {}
    optional = getattr(member, "OPTIONAL_TABLES", {})
    return member.TABLES + tuple(table for option, table in optional.items() if options.get(option))


def columns_of(kind: str, figure: Mapping[str, object]) -> tuple[str, ...]:
    """The names of the computed columns that a figure draws: those of its kind, and one that it is asked for by name.

    Args:
        kind: a member.
        figure: the options of the figure.

    Raises:
        ValueError: if the kind is unknown.
    """
    asked = [figure.get(key) for key in ("label", "x", "y")]
    computed = [name for name in names("columns") if name in asked]
    options = [name for name in asked if isinstance(name, str) and name.startswith("options.")]
    return tuple(dict.fromkeys((*getattr(load("figures", kind), "COLUMNS", ()), *computed, *options)))


def category_of(kind: str) -> str:
    """Where the report puts figures of a kind.

    Raises:
        ValueError: if the kind is unknown.
    """
    return load("figures", kind).CATEGORY
