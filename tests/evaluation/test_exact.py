import tracemalloc

import numpy as np
import pytest
from pauli import dense_matrix

from sparse_nqs.evaluation import all_log_psi, evaluate_exactly, exact, exact_fidelity
from sparse_nqs.hamiltonians import build_operator, compile_operator, full_space

from .small_systems import SYSTEMS, all_spins, dense_log_psi, random_state, tfim_3x2, word


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize(("seed", "density"), [(0, 1.0), (1, 0.5)])
def test_equals_netket_summed_over_the_full_space(name, seed, density, netket):
    system = SYSTEMS[name]()
    n_sites = system.n_sites
    network, params, _ = random_state(n_sites, seed, density=density)
    hilbert = netket.hilbert.Spin(0.5, n_sites)
    variables = {"params": network.to_flax(params)}
    state = netket.vqs.FullSumState(hilbert, network.flax_module(), variables=variables)
    operator = netket.operator.PauliStrings(hilbert, system.words, system.coefficients)
    # Both magnetisations in one operator: each is compared by itself below.
    words = [word(n_sites, letter, {site}) for letter in "XZ" for site in range(n_sites)]
    totals = netket.operator.PauliStrings(hilbert, words, np.repeat([1.0, 2.0], n_sites) / n_sites)
    multiply = full_space.hamiltonian_product(system.table)
    measured = evaluate_exactly(multiply, all_log_psi(network, params))
    expected = state.expect(operator)
    assert measured.energy.value == pytest.approx(expected.mean.real, abs=1e-10)
    assert measured.variance.value == pytest.approx(float(expected.variance), abs=1e-10)
    magnetisation = measured.m_x.value + 2.0 * measured.m_z.value
    assert magnetisation == pytest.approx(state.expect(totals).mean.real, abs=1e-10)
    assert measured.method == "exact"
    assert {measured.energy.error, measured.m_z_abs.error} == {0.0}


@pytest.mark.slow
@pytest.mark.parametrize(
    "system",
    [
        {"model": "tfim", "extent": [4, 4], "boundary": "open", "coupling": 1.0, "field": 3.04438},
        {"model": "toric_code", "length": 3},
    ],
    ids=["16 spins", "18 spins"],
)
def test_equals_netket_at_the_sizes_of_studies(system, netket):
    operator = build_operator(system)
    table = compile_operator(operator)
    network, params, _ = random_state(table.n_sites, 2, scale=0.2)
    state = netket.vqs.FullSumState(
        operator.hilbert, network.flax_module(), variables={"params": network.to_flax(params)}
    )
    measured = evaluate_exactly(full_space.hamiltonian_product(table), all_log_psi(network, params))
    expected = state.expect(operator)
    assert measured.energy.value == pytest.approx(float(expected.mean.real), abs=1e-10)
    assert measured.variance.value == pytest.approx(float(expected.variance), abs=1e-10)
    probability = np.asarray(state.to_array()) ** 2
    total = np.asarray(operator.hilbert.all_states()).sum(axis=1) / table.n_sites
    assert measured.m_z.value == pytest.approx(probability @ total, abs=1e-10)
    assert measured.m_z_abs.value == pytest.approx(probability @ np.abs(total), abs=1e-10)


def test_memory_is_what_the_docstring_says():
    """Psi, diagonal and H psi, besides the log psi that is given: 24 bytes for each of 2^20 configurations."""
    system = {"model": "tfim", "extent": [5, 4], "boundary": "open", "coupling": 1.0, "field": 3.0}
    table = compile_operator(build_operator(system))
    log_psi = np.random.default_rng(0).normal(size=2**20)
    tracemalloc.start()
    try:
        evaluate_exactly(full_space.hamiltonian_product(table), log_psi)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        exact_fidelity(log_psi, log_psi)
        _, of_fidelity = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 16 < peak / 2**20 < 28
    assert (of_fidelity - before) / 2**20 < 3


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("seed", range(3))
def test_equals_dense_matrices(name, seed):
    system = SYSTEMS[name]()
    n_sites = system.n_sites
    network, params, _ = random_state(n_sites, seed, scale=0.7)
    psi = np.exp(dense_log_psi(params["kernel"], all_spins(n_sites)))
    psi /= np.linalg.norm(psi)
    h = system.matrix
    totals = {
        letter: dense_matrix([word(n_sites, letter, {site}) for site in range(n_sites)], [1.0] * n_sites)
        for letter in "XZ"
    }
    measured = evaluate_exactly(full_space.hamiltonian_product(system.table), all_log_psi(network, params))
    energy = psi @ h @ psi
    assert measured.energy.value == pytest.approx(energy, abs=1e-10)
    assert measured.variance.value == pytest.approx(psi @ h @ h @ psi - energy**2, abs=1e-10)
    assert measured.m_x.value == pytest.approx(psi @ totals["X"] @ psi / n_sites, abs=1e-10)
    assert measured.m_z.value == pytest.approx(psi @ totals["Z"] @ psi / n_sites, abs=1e-10)
    assert measured.m_z_abs.value == pytest.approx(psi @ np.abs(totals["Z"]) @ psi / n_sites, abs=1e-10)


@pytest.mark.parametrize("chunk", [1, 4, 64, 2**13])
def test_log_psi_of_every_configuration_in_order_whatever_the_chunk(chunk, monkeypatch):
    network, params, _ = random_state(6, 4)
    monkeypatch.setattr(exact, "_CHUNK", chunk)
    log_psi = all_log_psi(network, params)
    assert log_psi.dtype == np.float64
    np.testing.assert_allclose(log_psi, dense_log_psi(params["kernel"], all_spins(6)), atol=1e-13)


def test_the_ground_state_has_its_energy_and_no_variance():
    system = tfim_3x2()
    energies, vectors = np.linalg.eigh(system.matrix)
    log_psi = np.log(np.abs(vectors[:, 0]))
    measured = evaluate_exactly(full_space.hamiltonian_product(system.table), log_psi)
    assert measured.energy.value == pytest.approx(energies[0], abs=1e-12)
    # The difference <H^2> - <H>^2 would leave 1e-14 of 100 here, far above the residual's square.
    assert 0.0 <= measured.variance.value < 1e-24


@pytest.mark.parametrize("shift", [-2000.0, 3000.0])
def test_the_norm_of_psi_does_not_matter(shift):
    system = tfim_3x2()
    network, params, _ = random_state(6, 2)
    multiply = full_space.hamiltonian_product(system.table)
    log_psi = all_log_psi(network, params)
    plain, shifted = (evaluate_exactly(multiply, values) for values in (log_psi, log_psi + shift))
    for field in ("energy", "variance", "m_z", "m_z_abs", "m_x"):
        assert getattr(shifted, field).value == pytest.approx(getattr(plain, field).value, abs=1e-10)
    np.testing.assert_allclose(np.linalg.norm(exact.normalised(log_psi + shift)), 1.0, atol=1e-14)
