"""Prune neural quantum states and train the sparse networks; see README.md.

`import sparse_nqs as snqs` offers the functions of `interactive`, which is imported when one of them is used
(docs/python.md).

Each folder has one topic. Its first file says what lives there and what it may import; docs/architecture.md has the
folders in order. The modules here are leaves: any folder may import them, and they import only each other.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparse_nqs.interactive import (
        Experiment,
        Trained,
        evaluate,
        experiment,
        fidelity,
        initialise,
        isolate,
        prune,
        read_histories,
        read_results,
        read_states,
        read_study,
        reference,
        study,
        train,
    )

__all__ = [
    "Experiment",
    "Trained",
    "evaluate",
    "experiment",
    "fidelity",
    "initialise",
    "isolate",
    "prune",
    "read_histories",
    "read_results",
    "read_states",
    "read_study",
    "reference",
    "study",
    "train",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sparse_nqs import interactive

    return getattr(interactive, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
