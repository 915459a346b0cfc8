from itertools import combinations, pairwise

import numpy as np
import pytest
from pauli import dense_matrix

from sparse_nqs.evaluation import Accuracy
from sparse_nqs.stages.measuring import (
    Subject,
    _batches,
    make_measurer,
    measure,
    measure_observables,
    neighbour_fidelities,
    pair_fidelities,
)

from .small_problem import COEFFICIENTS, SEED_SPEC, WORDS, tiny_state, write_tiny_problem

SAMPLING = {"chains": 256, "samples_per_chain": 32, "sweeps": 1, "thermalisation": 20}
EVALUATION = SAMPLING | {"target_error": None, "max_samples_per_chain": 4096}
STATES = [tiny_state(0), tiny_state(1, 0.8), tiny_state(2, 0.8)]


@pytest.fixture(scope="module")
def measurers(tmp_path_factory):
    path = tmp_path_factory.mktemp("problems") / "tiny.safetensors"
    write_tiny_problem(path)
    specs = {limit: SEED_SPEC | {"evaluation": EVALUATION | {"exact_max_spins": limit}} for limit in (3, 4)}
    return {"sampled": make_measurer(specs[3], path), "exact": make_measurer(specs[4], path)}


def dense_psi(state):
    spins = np.array([[1 - 2 * ((row >> site) & 1) for site in range(4)] for row in range(16)])
    psi = np.exp(np.maximum(spins @ state.params["kernel"], 0.0).sum(axis=1))
    return psi / np.linalg.norm(psi)


def test_the_number_of_spins_decides_how(measurers):
    assert measurers["exact"].is_exact
    assert not measurers["sampled"].is_exact
    assert measurers["sampled"].options == tuple(SAMPLING.values())
    assert measurers["exact"].network.shapes == {"kernel": (4, 8)}


def test_exact_measurements(measurers):
    matrix = dense_matrix(WORDS, COEFFICIENTS).real
    for state, measured in zip(STATES, measure(measurers["exact"], "imp_wr", STATES), strict=True):
        psi = dense_psi(state)
        assert measured.method == "exact"
        assert measured.energy == (pytest.approx(psi @ matrix @ psi, abs=1e-12), 0.0)


def test_sampled_measurements_agree_with_exact_ones(measurers):
    exact, sampled = (measure(measurers[how], "imp_wr", STATES) for how in ("exact", "sampled"))
    for truth, estimate in zip(exact, sampled, strict=True):
        assert estimate.method == "sampled"
        for field in ("energy", "variance", "m_z", "m_z_abs", "m_x"):
            value, error = getattr(estimate, field)
            assert 0.0 < error
            assert abs(value - getattr(truth, field).value) < 5.0 * error


def test_samples_depend_on_procedure_and_round_and_on_nothing_else(measurers):
    first, again = (measure(measurers["sampled"], "imp_wr", STATES[:1]) for _ in range(2))
    assert first == again
    assert measure(measurers["sampled"], "dense", STATES[:1]) != first
    assert measure(measurers["sampled"], "imp_wr", [STATES[0]._replace(round=5)]) != first
    # The state's place in a block does not matter.
    assert measure(measurers["sampled"], "imp_wr", STATES)[2:] == measure(
        measurers["sampled"], "imp_wr", STATES[2:]
    )


def test_neighbours_fidelities(measurers):
    states = [("dense" if state.round == 0 else "imp_wr", state) for state in STATES]
    exact, sampled = (neighbour_fidelities(measurers[how], states) for how in ("exact", "sampled"))
    truth = [(dense_psi(a) @ dense_psi(b)) ** 2 for a, b in pairwise(STATES)]
    assert [estimate.value for estimate in exact] == pytest.approx(truth, abs=1e-12)
    assert [estimate.error for estimate in exact] == [0.0, 0.0]
    for estimate, expected in zip(sampled, truth, strict=True):
        assert 0.0 < estimate.error < 0.1 * (1.0 - expected)
        assert abs(estimate.value - expected) < 5.0 * estimate.error
    # In pairs as in a row.
    assert neighbour_fidelities(measurers["sampled"], states[1:]) == sampled[1:]


def subjects(measurer, study="tiny"):
    """States of two procedures and seeds."""
    places = [("dense", 0), ("imp_wr", 3), ("imp_wr", 4)]
    return [
        Subject(measurer._replace(study=study, seed=seed), procedure, state)
        for (procedure, seed), state in zip(places, STATES, strict=True)
    ]


def test_pairs_of_any_states(measurers):
    for how, measurer in measurers.items():
        rows = subjects(measurer)
        found = list(pair_fidelities(rows, None))
        assert [(a, b) for a, b, _ in found] == list(combinations(rows, 2))
        # A tile of two against one gives the same numbers.
        apart = [*pair_fidelities(rows[:2], None), *pair_fidelities(rows[:2], rows[2:])]
        assert [estimate for *_, estimate in apart] == [estimate for *_, estimate in found]
        for a, b, (value, error) in found:
            truth = (dense_psi(a.state) @ dense_psi(b.state)) ** 2
            if how == "exact":
                assert (value, error) == (pytest.approx(truth, abs=1e-12), 0.0)
            else:
                assert abs(value - truth) < 5.0 * error < 0.5 * (1.0 - truth)


def test_the_same_state_of_two_studies_is_sampled_independently(measurers):
    first, second = (subjects(measurers["sampled"], study)[0] for study in ("one", "two"))
    drawn = [next(_batches(*subject)).spins for subject in (first, first, second)]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert (drawn[0] != drawn[2]).mean() > 0.2


def test_a_target_error_is_reached(measurers):
    (plain,) = measure(measurers["sampled"], "imp_wr", STATES[:1])
    target = plain.energy.error / 2.0
    accurate = measurers["sampled"]._replace(accuracy=Accuracy(target, 10**4))
    (measured,) = measure(accurate, "imp_wr", STATES[:1])
    assert measured.energy.error <= target
    assert 2 * plain.n_samples < measured.n_samples < 8 * plain.n_samples
    (exact,) = measure(measurers["exact"]._replace(accuracy=Accuracy(target, 10**4)), "imp_wr", STATES[:1])
    assert exact.n_samples is None
    assert abs(measured.energy.value - exact.energy.value) < 5.0 * target


def test_a_state_alone_has_no_neighbour(measurers):
    for measurer in measurers.values():
        assert neighbour_fidelities(measurer, [("dense", STATES[0])]) == []


def test_observables_belong_to_the_samples_of_the_energy(measurers):
    state = STATES[1]
    exact, sampled = (
        measure_observables(measurers[how], "imp_wr", state, ("x", "zz")) for how in ("exact", "sampled")
    )
    psi = dense_psi(state)
    first_x = dense_matrix(["XIII"], [1.0]).real
    assert exact[0].value[0] == pytest.approx(psi @ first_x @ psi, abs=1e-12)
    (measured,) = measure(measurers["sampled"], "imp_wr", [state])
    assert sampled[0].total / 4 == pytest.approx(measured.m_x.value, abs=1e-12)
    assert sampled[0].total_error / 4 == pytest.approx(measured.m_x.error, abs=1e-12)
    assert (np.abs(sampled[1].value - exact[1].value) <= 5.0 * sampled[1].error).all()
