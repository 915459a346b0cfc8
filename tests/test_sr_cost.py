import numpy as np
import pytest

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks import build_network
from sparse_nqs.sr_cost import SrSize, Unpruned, cheapest_solver, sr_costs, sr_operations
from sparse_nqs.vmc.stochastic_reconfiguration import sr_size

CNN = {"kind": "cnn", "features": 4}
RES_CNN = {"kind": "res_cnn", "features": 4, "blocks": 2}
SQUARE = (10, 10)
TORIC = (3, 3, 2)


def ffnn(alpha):
    return {"kind": "ffnn", "alpha": alpha, "init_std": 0.01}


# Network, lattice, samples, whether they have weights, and the solver at full density, at 0.5 and so on. They round
# differently: whoever changes a choice changes the numbers of those trainings.
CHOICES = [
    (ffnn(5), SQUARE, 1024, False, {1.0: "iterative", 0.5: "iterative", 0.1: "samples", 0.01: "parameters"}),
    (ffnn(5), SQUARE, 128, False, {1.0: "samples", 0.01: "samples"}),
    (ffnn(8), (4, 4), 1024, False, {1.0: "iterative", 0.5: "samples", 0.1: "parameters"}),
    (ffnn(2), (4, 4), 512, False, {1.0: "parameters"}),
    (ffnn(2), (4, 4), 512, True, {1.0: "samples"}),
    (ffnn(8), TORIC, 1024, False, {1.0: "iterative", 0.3: "parameters"}),
    (ffnn(8), TORIC, 1024, True, {1.0: "iterative", 0.3: "samples"}),
    (ffnn(4), TORIC, 512, False, {1.0: "samples", 0.3: "parameters"}),
    (CNN, SQUARE, 1024, False, {1.0: "parameters"}),
    (RES_CNN, (6, 6), 1024, False, {1.0: "parameters"}),
    (RES_CNN, (6, 6), 128, False, {1.0: "samples"}),
]


@pytest.mark.parametrize(("network", "extent", "samples", "weighted", "solvers"), CHOICES)
def test_the_solvers_of_the_studies_stay_the_same(network, extent, samples, weighted, solvers):
    built = build_network(network, Lattice(*extent))
    for density, solver in solvers.items():
        generator = np.random.default_rng(0)
        masks = {name: generator.random(built.shapes[name]) < density for name in built.prunable}
        structure = built.flip_path.masking.build_structure(masks)
        found = cheapest_solver(sr_size(built.flip_path, structure, samples, weighted))
        assert found == solver, density


def test_a_gram_matrix_costs_what_its_product_takes():
    """By the definition: n^2 P for K, P^2 n for S, and a third of n^3 twice for the factorisation in float64."""
    costs = sr_costs(SrSize(weights=30, samples=200))
    assert costs["samples"].solution == pytest.approx(200**2 * 30 + 2 * 200**3 / 3)
    assert costs["parameters"].solution == pytest.approx(30**2 * 200 + 2 * 30**3 / 3)
    assert set(costs) == {"parameters", "samples"}


def test_weights_of_the_samples_take_the_bits_from_s_alone():
    plain, weighted = (sr_costs(SrSize(500, 500, by_bits=True, weighted=choice)) for choice in (False, True))
    assert weighted["samples"] == plain["samples"]
    assert weighted["parameters"].solution > plain["parameters"].solution


def test_a_plan_counts_the_cheapest_solver_without_compilation():
    size = SrSize(50_000, 1024, by_bits=True, unpruned=Unpruned(50_000, 600))
    assert cheapest_solver(size) == "iterative"
    assert sr_operations(size) == sr_costs(size)["iterative"].solution
    # An unpruned network takes the fewest iterations, five.
    assert sr_operations(size) == pytest.approx(
        1024**2 * 600 + 1024**3 / 3 + 5 * (3 * 1024 * 50_000 + 20 * 1024**2)
    )
    # Compilation makes the iteration too dear for a small problem.
    small = SrSize(1000, 100, by_bits=True, unpruned=Unpruned(1000, 110))
    assert cheapest_solver(small) == "samples"
