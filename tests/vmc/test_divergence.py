"""A training that goes wrong is noticed in the segment of steps where it does, and may go on more carefully."""

import jax
import numpy as np
import pytest
from cases import SYSTEMS, all_configurations, table_matrix

from sparse_nqs.hamiltonians import build_operator, compile_operator, compile_pauli_strings
from sparse_nqs.networks import MaskedNetwork
from sparse_nqs.vmc import DivergedError, advance, couplings, start, training
from sparse_nqs.vmc.divergence import Bounds, energy_bounds, find_collapse, find_fault, poor_sampling
from sparse_nqs.vmc.steps import STEP_QUANTITIES

from .test_training import FULL, NETWORK, OPTIONS, PARAMS, SYSTEM_ARRAYS, run

BOUNDS = Bounds(centre=-10.0, width=8.0)
GOOD = np.column_stack(
    [np.linspace(-11.0, -17.0, 50), *(np.full(50, value) for value in (2.0, 0.4, 0.0, 512.0, 0.1))]
)


@pytest.mark.parametrize("name", SYSTEMS)
def test_all_energies_are_within_the_bounds(name):
    table = compile_operator(build_operator(SYSTEMS[name]))
    bounds = energy_bounds(couplings(table), table.n_sites)
    energies = np.linalg.eigvalsh(table_matrix(table, all_configurations(table.n_sites)))
    assert bounds.centre - bounds.width <= energies[0] + 1e-9
    assert energies[-1] <= bounds.centre + bounds.width + 1e-9


@pytest.mark.parametrize(
    ("words", "values", "expected"),
    [
        (["II", "ZZ", "XI"], [5.0, -1.0, -2.0], (5.0, 3.0)),
        (["ZI", "IZ", "XX"], [1.0, -1.0, -0.5], (0.0, 2.5)),
        (["II", "XI", "IX"], [-3.0, -1.0, -1.0], (-3.0, 2.0)),
        (["XI", "XZ"], [-1.0, -0.25], (0.0, 1.25)),
    ],
)
def test_a_constant_is_the_centre_and_no_width(words, values, expected):
    table = compile_pauli_strings(words, np.array(values))
    assert energy_bounds(couplings(table), 2) == pytest.approx(expected)


def fault_of(segment, rows=GOOD, theta=()):
    return find_fault(rows, segment, theta, BOUNDS)


def test_a_good_block_has_no_fault():
    assert fault_of(GOOD) is None
    assert fault_of(GOOD, rows=GOOD[:0]) is None
    # A step may be far off, an average may not.
    segment = GOOD.copy()
    segment[7, 0] = -3.0
    assert fault_of(segment) is None


@pytest.mark.parametrize("column", range(len(STEP_QUANTITIES)))
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite(column, value):
    segment = GOOD.copy()
    segment[30:, column] = value
    fault = fault_of(segment)
    assert fault.good == 30
    assert fault.text == f"{STEP_QUANTITIES[column]} {value} at step 80; allowed is a finite one"


@pytest.mark.parametrize(("value", "allowed"), [(-26.1, -25.9), (6.1, 5.9), (-1e30, -18.0)])
def test_energies_that_no_state_has(value, allowed):
    for good in (49, 20):
        segment = GOOD.copy()
        segment[good:, 0] = value
        fault = fault_of(segment)
        assert fault.good == good
        assert f"at step {50 + good}; those of this Hamiltonian's states are between -18 and -2" in fault.text
    # A training may come through a step like that.
    segment = GOOD.copy()
    segment[3, 0] = value
    assert fault_of(segment) is None
    assert fault_of(GOOD, rows=segment) is None
    segment = GOOD.copy()
    segment[49, 0] = allowed
    assert fault_of(segment) is None


def test_samples_that_no_longer_move():
    frozen = GOOD.copy()
    frozen[35:, :4] = [-13.9, 0.0, 0.0, 0.0]
    fault = fault_of(frozen)
    assert fault.good == 35
    assert fault.text == "energy -13.9 at step 99, after -14; no sample has moved for 10 steps"
    # Not long enough; or in the ground state, where nothing has to move.
    frozen[40, 2] = 0.1
    assert fault_of(frozen) is None
    frozen[35:, :4] = [-17.5, 0.0, 0.0, 0.0]
    assert fault_of(frozen) is None


def test_an_energy_that_runs_away_upwards():
    lost = GOOD.copy()
    lost[20:, 0] = -5.0
    assert fault_of(lost) is not None
    fault = fault_of(lost)
    assert fault.good == 20
    assert fault.text.endswith("from step 50 to 99, after -14; it has run away")
    # In the first segment the first step is what it is compared with.
    lost[0, 0] = -14.0
    assert fault_of(lost, rows=GOOD[:0]) is not None
    lost[0, 0] = -10.0
    assert fault_of(lost, rows=GOOD[:0]) is None


@pytest.mark.parametrize(
    ("effective", "samples", "is_lost", "is_poor"),
    [
        (512.0, 512, False, False),
        (33.0, 512, False, False),
        (31.0, 512, False, True),
        (99.0, 10_000, False, True),
        (101.0, 10_000, False, False),
        (2.1, 512, False, True),
        (1.9, 512, True, True),
        # Few samples without weights are no fault.
        (1.0, 1, False, False),
        (2.0, 2, False, False),
    ],
)
def test_few_effective_samples_are_warned_about_and_next_to_none_refused(
    effective, samples, is_lost, is_poor
):
    segment = GOOD.copy()
    segment[:, 4] = effective + np.linspace(-0.5, 0.5, 50)
    fault, text = find_collapse(segment, 50, samples), poor_sampling(segment, 50, samples)
    start = f"{effective:.3g} effective samples of {samples} on average from step 50 to 99; "
    assert (fault is not None, text is not None) == (is_lost, is_poor)
    assert fault is None or (fault.good, fault.text.startswith(start)) == (0, True)
    assert text is None or text.startswith(start)


def test_a_weight_that_is_not_finite():
    assert fault_of(GOOD, theta=(np.zeros(3), np.array([1.0, np.inf]))).text == (
        "a weight is not finite after step 99"
    )


def test_the_error_has_the_steps_until_then_and_the_last_good_values():
    with pytest.raises(DivergedError) as caught:
        run(options=OPTIONS._replace(learning_rate=30.0), steps=200)
    error = caught.value
    assert np.isfinite(error.rows).all() and 0 < len(error.rows) < 200
    energy, variance, acceptance = error.rows[-1, :3]
    assert str(error).endswith(
        f"; the last good values are energy {energy:.8g}, variance {variance:.3g}, acceptance {acceptance:.2f} at "
        f"step {len(error.rows) - 1}"
    )


@pytest.mark.parametrize("step", [0, 7, 25, 60])
@pytest.mark.parametrize(
    ("energy", "said"),
    [
        (np.nan, "energy nan at step {step}; allowed is a finite one"),
        (-np.inf, "energy -inf at step {step}; allowed is a finite one"),
        (-1e3, "energy -1000 at step {step}; those of this Hamiltonian's states are between"),
        (1e3, "energy 1000 at step {step}; those of this Hamiltonian's states are between"),
    ],
)
def test_it_is_noticed_at_the_end_of_the_block_it_happens_in(monkeypatch, step, energy, said):
    begun, advance_well = [], training.advance

    def advance_badly(run, carry, first, count):
        if count:
            begun.append(first)
        carry, segment = advance_well(run, carry, first, count)
        segment = np.array(segment)
        if first + count > step:
            segment[max(step - first, 0) :, 0] = energy
        return carry, segment

    monkeypatch.setattr(training, "advance", advance_badly)
    with pytest.raises(DivergedError) as caught:
        run(steps=100)
    assert str(caught.value).startswith(said.format(step=step))
    # No segment after that of the step was begun, and all steps before it are kept.
    assert begun == list(range(0, step + 1, 25))
    assert len(caught.value.rows) == step
    last = f"at step {step - 1}" if step else "there are no good values before"
    assert str(caught.value).endswith(last)


def test_a_first_step_that_is_wrong_has_no_good_values():
    bad = {"kernel": PARAMS["kernel"].at[0, 0].set(np.nan)}
    with pytest.raises(DivergedError, match=r"at step 0; .*; there are no good values before$") as caught:
        run(params=bad, steps=3)
    assert caught.value.rows.shape == (0, len(STEP_QUANTITIES))


@pytest.fixture
def fault_at_step_25(monkeypatch):
    """The second segment of 25 steps has a fault the first time that it is looked at."""
    found = training.find_fault
    seen = []

    def find_once(rows, segment, theta, bounds):
        if len(rows) == 25 and not seen:
            seen.append(rows)
            segment = np.full_like(segment, np.nan)
        return found(rows, segment, theta, bounds)

    monkeypatch.setattr(training, "find_fault", find_once)


def test_a_retry_goes_on_from_the_last_good_state_with_a_larger_shift(fault_at_step_25):
    said = []
    params, history, _ = run(options=OPTIONS._replace(divergence_retries=1), steps=50, warn=said.append)
    assert history.retries == 1
    assert said == [
        "energy nan at step 25; allowed is a finite one; goes on from step 25 with 10 times lambda"
    ]
    # The same by hand.
    state = MaskedNetwork(NETWORK, PARAMS, FULL)
    begun, carry = start(state, SYSTEM_ARRAYS, OPTIONS, key=jax.random.key(1))
    carry, _ = advance(begun, carry, 0, 25)
    larger = OPTIONS._replace(diagonal_shift=1e-2)
    begun, _ = start(state, SYSTEM_ARRAYS, larger, key=jax.random.key(1))
    carry, segment = advance(begun, carry, 25, 25)
    np.testing.assert_array_equal(history.energy[25:], np.asarray(segment)[:, 0])
    kernel = begun.path.masking.expand(carry.theta, begun.constants.structure, FULL)["kernel"]
    np.testing.assert_array_equal(params["kernel"], kernel)


def test_without_retries_left_it_fails(fault_at_step_25):
    with pytest.raises(DivergedError, match=r"energy nan at step 25; .* at step 24$"):
        run(steps=50)


def test_a_training_that_diverges_comes_through_with_retries():
    """A tiny lambda with a large step diverges; ten times as much a few times over does not."""
    wild = OPTIONS._replace(diagonal_shift=1e-7, learning_rate=0.5)
    with pytest.raises(DivergedError):
        run(options=wild, steps=100)
    _, history, _ = run(options=wild._replace(divergence_retries=8), steps=100)
    assert 1 <= history.retries <= 8
    assert np.isfinite(history.energy).all() and len(history.energy) == 100
