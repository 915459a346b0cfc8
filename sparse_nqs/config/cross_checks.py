"""What the parts of a config must have in common: whether its studies can do what the rest asks of them."""

from collections.abc import Mapping

from sparse_nqs.config.fidelity_matrices import FidelityMatrix
from sparse_nqs.config.figure_needs import figure_mistakes
from sparse_nqs.config.figures import Figure
from sparse_nqs.config.matrix_needs import matrix_mistakes
from sparse_nqs.config.references import References
from sparse_nqs.config.study import Study
from sparse_nqs.members.reference_methods import reference_mistake
from sparse_nqs.messages import Mistake, not_allowed


def cross_mistakes(
    studies: Mapping[str, Study],
    references: References,
    matrices: Mapping[str, FidelityMatrix],
    figures: Mapping[str, Figure],
) -> list[Mistake]:
    """All that does not fit between valid parts of a config, with paths from its top."""
    mistakes = [
        not_allowed(("studies", name, "name"), study.name, f"must be the study's key, {name}")
        for name, study in studies.items()
        if study.name != name
    ]
    mistakes += [
        Mistake(("studies", name, "system"), no_reference)
        for name, study in studies.items()
        if (no_reference := reference_mistake(study.system, references.max_ed_spins))
    ]
    mistakes += matrix_mistakes(matrices, studies, studies)
    mistakes += figure_mistakes(figures, studies, studies, matrices)
    return mistakes
