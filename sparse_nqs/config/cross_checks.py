"""What the parts of a config must have in common: whether its studies can do what the rest asks of them."""

from collections.abc import Mapping

from sparse_nqs.config.fidelity_matrices import FidelityMatrix
from sparse_nqs.config.figure_needs import figure_problems
from sparse_nqs.config.figures import Figure
from sparse_nqs.config.matrix_needs import matrix_problems
from sparse_nqs.config.references import References
from sparse_nqs.config.study import Study
from sparse_nqs.members.reference_methods import reference_problem
from sparse_nqs.messages import Problem, not_allowed


def cross_problems(
    studies: Mapping[str, Study],
    references: References,
    matrices: Mapping[str, FidelityMatrix],
    figures: Mapping[str, Figure],
) -> list[Problem]:
    """All that does not fit between valid parts of a config, with paths from its top."""
    problems = [
        not_allowed(("studies", name, "name"), study.name, f"must be the study's key, {name}")
        for name, study in studies.items()
        if study.name != name
    ]
    problems += [
        Problem(("studies", name, "system"), no_reference)
        for name, study in studies.items()
        if (no_reference := reference_problem(study.system, references.max_ed_spins))
    ]
    problems += matrix_problems(matrices, studies, studies)
    problems += figure_problems(figures, studies, studies, matrices)
    return problems
