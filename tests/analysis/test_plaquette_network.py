from itertools import pairwise

import numpy as np
import pytest
from cases import all_configurations

from sparse_nqs.analysis.plaquette_network import ODD_PATTERNS, closed_form, kernel, n_units
from sparse_nqs.evaluation import all_log_psi, evaluate_exactly
from sparse_nqs.evaluation.exact import normalised
from sparse_nqs.hamiltonians import build_operator, compile_operator, full_space, lattice
from sparse_nqs.hamiltonians.toric_code import plaquettes, stars
from sparse_nqs.networks import build_network


def toric(length):
    return {"model": "toric_code", "length": length}


def measured(length, weight, units=None):
    table = compile_operator(build_operator(toric(length)))
    weights = kernel(length, weight, units)
    network = build_network(
        {"kind": "ffnn", "alpha": weights.shape[1] / weights.shape[0], "init_std": 0.01},
        lattice(toric(length)),
    )
    log_psi = all_log_psi(network, {"kernel": weights})
    return evaluate_exactly(full_space.hamiltonian_product(table), log_psi)


def exact_energy(length, weight, units=None):
    return measured(length, weight, units).energy.value


def test_it_is_the_288_weight_network():
    weights = kernel(3, 2.0)
    assert weights.shape == (18, 72) and n_units(3) == 72
    assert np.count_nonzero(weights) == 288 == 16 * 18
    assert set(np.unique(weights)) == {-2.0, 0.0, 2.0}
    squares = {frozenset(square) for square in plaquettes(3).tolist()}
    columns = [frozenset(np.flatnonzero(column).tolist()) for column in weights.T]
    assert set(columns) == squares and all(columns.count(square) == 8 for square in squares)
    signs = {tuple(column.tolist()) for column in weights.T}
    assert len(signs) == 72 and all(np.prod([w for w in column if w]) < 0 for column in signs)
    assert ODD_PATTERNS.shape == (8, 4)


def test_log_psi_counts_plaquettes():
    spins = all_configurations(8)
    log_psi = np.maximum(spins @ kernel(2, 0.7), 0).sum(axis=1)
    products = np.prod(spins[:, plaquettes(2)], axis=2)
    np.testing.assert_allclose(log_psi, 0.7 * (6 + 2 * products).sum(axis=1), atol=1e-12)


@pytest.mark.parametrize(("length", "weight"), [(2, 0.02), (2, 0.3), (3, 0.05), (3, 0.4)])
def test_energy_and_variance_are_those_of_the_exact_sum(length, weight):
    exact, form = measured(length, weight), closed_form(length, weight)
    energy, count = exact.energy.value, length**2
    assert energy == pytest.approx(form.excess - 2 * count, abs=1e-10)
    assert exact.variance.value == pytest.approx(form.variance, abs=1e-10)
    # The correlations of L^2 signs with product 1 in closed form.
    t = np.tanh(4 * weight)
    mean, pair = ((t**k + t ** (count - k)) / (1 + t**count) for k in (1, 2))
    assert form.variance == pytest.approx(count + count * (count - 1) * pair - (count * mean) ** 2, abs=1e-10)
    assert energy == pytest.approx(-count - count * (t + t ** (count - 1)) / (1 + t**count), abs=1e-10)


def test_the_energy_tends_to_the_ground_energy():
    weights = (0.1, 0.3, 0.6, 1.0, 2.0)
    excess = [exact_energy(3, weight) + 18 for weight in weights]
    assert all(after < before for before, after in pairwise(excess))
    assert excess[-1] == pytest.approx(0.0, abs=1e-11)
    # Two violated plaquettes, at the weight of exp(-16 w).
    assert excess[2] == pytest.approx(2 * 9 * 8 * np.exp(-16 * 0.6), rel=0.01)
    # Where the sum over all configurations has no digits of it left.
    for length, weight in ((3, 5.0), (30, 20.0)):
        pairs = length**2 * (length**2 - 1) / 2 * np.exp(-16 * weight)
        assert closed_form(length, weight) == pytest.approx((4 * pairs, 16 * pairs), rel=1e-9)


def test_a_large_weight_gives_a_ground_state():
    network = build_network({"kind": "ffnn", "alpha": 4, "init_std": 0.01}, lattice(toric(2)))
    psi = normalised(all_log_psi(network, {"kernel": kernel(2, 3.0)}))
    spins = all_configurations(8)
    for star in stars(2):
        flipped = spins.copy()
        flipped[:, star] *= -1
        rows = ((flipped < 0) @ (1 << np.arange(8))).astype(int)
        assert psi @ psi[rows] == pytest.approx(1.0)
    assert psi**2 @ np.prod(spins[:, plaquettes(2)], axis=2) == pytest.approx(np.ones(4))


def test_more_units_stay_without_weights_and_fewer_are_refused():
    weights = kernel(2, 1.0, 40)
    assert weights.shape == (8, 40) and not weights[:, 32:].any()
    assert exact_energy(2, 0.3, 40) == pytest.approx(exact_energy(2, 0.3), abs=1e-12)
    with pytest.raises(ValueError, match="31 hidden units are too few; allowed are 32 and more"):
        kernel(2, 1.0, 31)
