"""What jobs cost that belong to a figure and to no study."""

from sparse_nqs.config import Study
from sparse_nqs.config.figures import PlaquetteNetwork
from sparse_nqs.config.networks import Ffnn
from sparse_nqs.config.systems import ToricCode
from sparse_nqs.planning import cost


def plaquette_network(figure: PlaquetteNetwork) -> cost.Work:
    """The analytic networks of a figure, each measured as a dense network is."""
    works = []
    for length in figure.lengths:
        system = ToricCode(model="toric_code", length=length)
        network = Ffnn(kind="ffnn", alpha=4.0)
        study = Study(name="analytic", system=system, network=network, evaluation=figure.evaluation)
        works += [cost.problem(study), *[cost.evaluation(study, 0, 0)] * len(figure.weights)]
    return cost.Work(sum(work.seconds for work in works), max(work.memory_mb for work in works))
