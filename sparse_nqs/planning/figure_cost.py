"""What jobs cost that belong to a figure and to no study."""

from sparse_nqs.config import Study
from sparse_nqs.fields.figure import FigureOptions
from sparse_nqs.planning import cost


def measured(figure: FigureOptions) -> cost.Work:
    """The networks that are measured for a figure, each as a dense network is."""
    works = []
    for part in figure.measured():
        described = {"system": part.system, "network": part.network, "evaluation": part.evaluation}
        study = Study.model_validate({"name": "analytic", **described})
        works += [cost.problem(study), *[cost.evaluation(study, 0, 0)] * part.states]
    return cost.Work(sum(work.seconds for work in works), max(work.memory_mb for work in works))
