"""The training options: each against plain training, or against what it promises."""

import jax
import numpy as np
import pytest
from marks import slow

from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians import Lattice, compile_pauli_strings
from sparse_nqs.networks import MaskedNetwork, build_network
from sparse_nqs.pruning import full_masks
from sparse_nqs.vmc import (
    DeviceSystem,
    Named,
    StopRule,
    TrainingOptions,
    chunks,
    couplings,
    sampler_moves,
    train,
    training_options,
)
from sparse_nqs.vmc.divergence import energy_bounds
from sparse_nqs.vmc.training import has_converged
from sparse_nqs.vmc.update_rules import PLAIN, update_rule

N_SITES = 4
WORDS = ["ZZII", "IZZI", "IIZZ", "XIII", "IXII", "IIXI", "IIIX"]
COEFFICIENTS = [-1.0] * 3 + [-0.8] * 4
TABLE = compile_pauli_strings(WORDS, COEFFICIENTS)
MOVES = sampler_moves({"global": np.ones((1, N_SITES), dtype=bool)}, N_SITES)
NETWORK = build_network({"kind": "ffnn", "alpha": 2, "init_std": 0.1}, Lattice(N_SITES, 1))
PLAIN_OPTIONS = TrainingOptions(64, 64, 1, 5, 0.05, 0.01, precision="float64")


def run(options: TrainingOptions, steps: int = 30):
    key = jax.random.key(3)
    masks = full_masks(NETWORK.shapes, NETWORK.prunable)
    state, system = MaskedNetwork(NETWORK, NETWORK.init(key), masks), DeviceSystem(couplings(TABLE), MOVES)
    params, history, _ = train(state, system, options, steps=steps, key=key)
    return np.asarray(params["kernel"]), history


@pytest.fixture(scope="module")
def plain():
    return run(PLAIN_OPTIONS)


@pytest.mark.parametrize("space", ["parameters", slow("samples")])
def test_both_spaces_train_alike(plain, space):
    kernel, _ = run(PLAIN_OPTIONS._replace(sr_solver=space))
    np.testing.assert_allclose(kernel, plain[0], atol=1e-8)


def test_single_precision_starts_alike_and_ends_in_float64(plain):
    """Weights are float64 always; the trajectories part when a rounding error decides about a flip."""
    options = PLAIN_OPTIONS._replace(precision="float32")
    kernel, _ = run(options, steps=1)
    expected, _ = run(PLAIN_OPTIONS, steps=1)
    assert kernel.dtype == np.float64
    np.testing.assert_allclose(kernel, expected, atol=1e-5 * np.abs(expected).max())
    assert (kernel != expected).any()
    assert run(options)[1].energy[-10:].mean() == pytest.approx(plain[1].energy[-10:].mean(), abs=0.1)


@pytest.mark.parametrize("chunk_size", [slow(64), 10])
def test_chunks_change_no_random_number(plain, chunk_size):
    """The same configurations whatever the chunks: numbers differ by rounding alone."""
    kernel, history = run(PLAIN_OPTIONS._replace(chunk_size=chunk_size))
    np.testing.assert_allclose(kernel, plain[0], atol=1e-9)
    np.testing.assert_allclose(history.energy, plain[1].energy, rtol=1e-9)
    np.testing.assert_allclose(history.acceptance, plain[1].acceptance, rtol=1e-12)


@pytest.mark.slow
def test_groups_of_chains_draw_numbers_of_their_own(monkeypatch):
    """At a learning rate of zero: step after step around the same mean, and no two groups alike."""
    options = PLAIN_OPTIONS._replace(learning_rate=0.0, samples=1024, chains=1024)
    _, whole = run(options, steps=60)
    monkeypatch.setattr(chunks, "_CACHE_BYTES", 1)
    _, groups = run(options, steps=60)
    assert (groups.energy != whole.energy).all()
    error = np.sqrt((groups.variance.mean() + whole.variance.mean()) / (60 * 1024))
    assert abs(groups.energy.mean() - whole.energy.mean()) < 6.0 * error
    # Groups that drew the same numbers would be 64 samples, not 1024: four times the spread.
    assert groups.energy.std() == pytest.approx(whole.energy.std(), rel=0.5)
    # And they keep them when they are treated in parts.
    _, parts = run(options._replace(chunk_size=16), steps=60)
    np.testing.assert_allclose(parts.energy, groups.energy, rtol=1e-9)


def test_optax_sgd_is_a_plain_step(plain):
    kernel, _ = run(PLAIN_OPTIONS._replace(update=Named("sgd")))
    np.testing.assert_allclose(kernel, plain[0], atol=1e-12)


def test_momentum_is_applied():
    options = PLAIN_OPTIONS._replace(update=Named("sgd", (("momentum", 0.5),)))
    direction = jax.numpy.ones(3)
    rule = update_rule(options.update, None)
    state = rule.init(direction)
    first, state = rule.apply(direction, state, 0, 0.1)
    second, _ = rule.apply(direction, state, 1, 0.1)
    np.testing.assert_allclose(first, -0.1)
    np.testing.assert_allclose(second, -0.15)


def test_a_schedule_takes_the_place_of_the_learning_rate(plain):
    constant = Named("constant_schedule", (("value", 0.05),))
    kernel, _ = run(PLAIN_OPTIONS._replace(learning_rate=7.0, schedule=constant))
    np.testing.assert_allclose(kernel, plain[0], atol=1e-12)
    falling = Named("linear_schedule", (("end_value", 0.0), ("init_value", 0.05), ("transition_steps", 1)))
    one_step, _ = run(PLAIN_OPTIONS, steps=1)
    stands_still, _ = run(PLAIN_OPTIONS._replace(schedule=falling), steps=5)
    np.testing.assert_allclose(stands_still, one_step, atol=1e-12)


def test_the_shift_changes_linearly(plain):
    same, _ = run(PLAIN_OPTIONS._replace(diagonal_shift_end=0.01, diagonal_shift_steps=10))
    np.testing.assert_allclose(same, plain[0], atol=1e-12)
    # One step in, the shift is 0.5, and so the second step is much shorter.
    start, _ = run(PLAIN_OPTIONS, steps=1)
    changed, _ = run(PLAIN_OPTIONS._replace(diagonal_shift_end=0.5, diagonal_shift_steps=1), steps=2)
    small, large = np.abs(changed - start).max(), np.abs(run(PLAIN_OPTIONS, steps=2)[0] - start).max()
    assert small < 0.5 * large


def test_a_converged_energy_ends_the_training():
    options = PLAIN_OPTIONS._replace(stop=StopRule(window=20, tolerance=0.5))
    _, history = run(options, steps=200)
    assert len(history.energy) == 50
    _, history = run(options._replace(stop=StopRule(window=20, tolerance=1e-12)), steps=75)
    assert len(history.energy) == 75


@pytest.mark.parametrize("unit", [1e-8, 1.0])
@pytest.mark.parametrize("constant", [0.0, 4.0, 1000.0])
def test_neither_a_constant_nor_the_unit_changes_when_a_training_ends(constant, unit):
    """At 4 the energy ends at zero, and 1000 would hide every change of it."""
    table = compile_pauli_strings([*WORDS, "IIII"], unit * np.append(COEFFICIENTS, constant))
    energies = unit * (constant - 4.0 + 3.0 * np.exp(-np.arange(200) / 20))
    bounds = energy_bounds(couplings(table), N_SITES)
    ended = [n for n in range(1, 200) if has_converged(energies[:n], StopRule(20, 0.01), bounds)]
    # The sum of the couplings is 6.2, so two means in a row differ by 0.062.
    means = np.exp(-np.arange(200) / 20)
    differs = [3.0 * (means[n - 40 : n - 20].mean() - means[n - 20 : n].mean()) for n in ended]
    assert ended == list(range(ended[0], 200)) and 40 < ended[0] < 150
    assert differs[0] == pytest.approx(0.062, rel=0.05) and differs[0] <= 0.062


def test_unknown_rules_are_refused_in_one_line():
    with pytest.raises(WorkError, match="Optax has no function no_such_rule"):
        update_rule(Named("no_such_rule"), None)
    with pytest.raises(WorkError, match="linear_schedule has no argument nonsense"):
        update_rule(None, Named("linear_schedule", (("nonsense", 1.0),)))
    assert update_rule(None, None) is PLAIN


def test_options_from_a_study():
    description = {
        **{name: getattr(PLAIN_OPTIONS, name) for name in PLAIN_OPTIONS._fields[:6]},
        "diagonal_shift_schedule": {"end": 0.001, "steps": 10},
        "sampling_power": 1.5,
        "sr_space": "samples",
        "precision": "float64",
        "chunk_size": 32,
        "update": {"name": "adam", "options": {"b2": 0.9, "b1": 0.8}},
        "schedule": None,
        "stop": {"window": 5, "tolerance": 1e-3},
        "divergence_retries": 2,
    }
    options = training_options(description)
    assert options.update == Named("adam", (("b1", 0.8), ("b2", 0.9)))
    assert options.stop == StopRule(5, 1e-3)
    assert options.sampling_power == 1.5
    assert options.sr_solver == "samples"
    assert options.divergence_retries == 2
    assert (options.diagonal_shift_end, options.diagonal_shift_steps) == (0.001, 10)
    assert hash(options)
