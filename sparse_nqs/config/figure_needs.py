"""What figures need from the studies they draw, checked before anything runs; each kind says what it needs."""

import re
from collections.abc import Collection, Iterator, Mapping

from sparse_nqs.config.study import Study
from sparse_nqs.fields.figure import OF_STUDY, FigureOptions
from sparse_nqs.members.columns import of_table
from sparse_nqs.messages import Mistake, closest, listed, not_allowed


def figure_mistakes(
    figures: Mapping[str, FigureOptions],
    studies: Mapping[str, Study],
    known: Collection[str],
    matrices: Collection[str] = (),
) -> list[Mistake]:
    """What figures ask for that their studies do not have.

    Args:
        figures: the figures by name.
        studies: the valid studies by name.
        known: the names of all studies; one that is not in `studies` is known to be faulty and not looked at.
        matrices: the names of all fidelity matrices.
    """
    mistakes = []
    for name, figure in figures.items():
        found = list(_label_mistakes(getattr(figure, "label", None)))
        for key, study in figure.references():
            if study not in known:
                must = f"must be the name of a study: {listed(known)}{closest(study, known)}"
                found.append(not_allowed(key, study, must))
            elif study in studies:
                found += figure.needs(key, studies[study])
        found += figure.mistakes(studies, matrices)
        mistakes += [Mistake(("figures", name, *mistake.path), mistake.text) for mistake in found]
    return mistakes


def _label_mistakes(label: str | None) -> Iterator[Mistake]:
    """A label that no table has."""
    allowed = ("study", *OF_STUDY, *of_table("rounds"), "options.NAME")
    if label is not None and label not in allowed[:-1] and not re.fullmatch(r"options\.[A-Za-z_]\w*", label):
        must = f"must be one of {', '.join(allowed)}{closest(label, allowed)}"
        yield not_allowed(("label",), label, must)


def studies_named(figure: FigureOptions) -> set[str]:
    """The names of all studies that a figure draws; of a fidelity matrix's none, as that names them."""
    return {study for _, study in figure.references()}
