"""Samples of |psi|^p with weights give what |psi|^2 does: exactly on the full space, in training with true errors."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from cases import SYSTEMS, all_configurations, table_matrix
from marks import slow
from netket_twin import NetketTwin

from sparse_nqs.hamiltonians import build_operator, compile_operator
from sparse_nqs.networks import MaskedNetwork
from sparse_nqs.vmc import DeviceSystem, Hooks, TrainingOptions, couplings, sampler_moves, train
from sparse_nqs.vmc.importance import energy_estimate, importance_weights

from .setups import local_energies, setup, table_of
from .test_stochastic_reconfiguration import SHIFT, SOLVERS, kernel_of, without_bits

estimate = jax.jit(energy_estimate, static_argnums=2)


def weights_of(state, configurations, power):
    return importance_weights(jnp.asarray(state.log_psi(configurations)), power)


def exact_state(state):
    """(configurations, psi, energy, H psi) by the full matrix."""
    configurations = all_configurations(state.table.n_sites)
    psi = np.exp(state.log_psi(configurations))
    psi /= np.linalg.norm(psi)
    h_psi = table_matrix(state.table, configurations) @ psi
    return configurations, psi, psi @ h_psi, h_psi


@pytest.mark.parametrize("power", [0.3, 1.0, 1.9])
def test_weights_are_psi_to_the_rest_of_the_power(power):
    log_psi = np.array([0.0, 1.0, -3.0, 2.0])
    expected = np.exp(log_psi) ** (2.0 - power)
    # An overall factor of any size is nothing.
    for shift in (0.0, 1e4, -1e4):
        found = importance_weights(jnp.asarray(log_psi + shift), power)
        np.testing.assert_allclose(found, expected / expected.mean(), rtol=1e-9)


@pytest.mark.parametrize(("name", "mask"), [("tfim_open", "full"), slow("toric_code", "half")])
def test_all_configurations_with_their_weights_are_the_exact_state(name, mask, netket):
    """Each configuration once is a sample of |psi|^0; its weights are psi^2, and all means exact sums."""
    state = setup(table_of(name), mask, scale=0.3)
    configurations, psi, energy, h_psi = exact_state(state)
    importance = weights_of(state, configurations, 0.0)
    energies = local_energies(state, configurations)
    found = estimate(jnp.asarray(energies), importance, 1)
    assert float(found.energy) == pytest.approx(energy, rel=1e-10)
    assert float(found.variance) == pytest.approx(np.sum((h_psi - energy * psi) ** 2), rel=1e-9)
    assert float(found.effective_samples) == pytest.approx(1.0 / np.sum(psi**4), rel=1e-10)

    kept = state.masks["kernel"]
    hidden = configurations @ np.asarray(state.params["kernel"])
    o = (configurations[:, :, None] * (hidden > 0)[:, None, :])[:, kept]
    mean = psi**2 @ o
    metric = (o * (psi**2)[:, None]).T @ o - np.outer(mean, mean)
    # Half the gradient of <H>.
    force = (psi * (h_psi - energy * psi)) @ o
    expected = np.linalg.solve(metric + SHIFT * np.eye(len(force)), force)
    twin = NetketTwin(netket, build_operator(SYSTEMS[name]), state.network, configurations)
    twin.take(state.params, state.masks)
    theirs = twin.exact_sr_direction(SHIFT)["kernel"][kept]
    np.testing.assert_allclose(theirs, expected, atol=1e-9 * np.abs(expected).max())
    for solver in SOLVERS:
        ours = kernel_of(state, jnp.asarray(configurations.T), energies, solver, importance=importance)
        np.testing.assert_allclose(ours[kept], expected, atol=1e-9 * np.abs(expected).max(), err_msg=solver)


@pytest.mark.parametrize("kind", ["bits", slow("numbers")])
def test_weighted_directions_equal_netkets_on_the_same_samples(kind, netket):
    """The function behind `VMC_SR`, which takes importance weights."""
    from netket._src.ngd.sr_srt_common import sr

    operator = build_operator(SYSTEMS["toric_code"])
    state = setup(compile_operator(operator), "half", scale=0.3)
    if kind == "numbers":
        state = without_bits(state)
    configurations = np.random.default_rng(3).choice([-1.0, 1.0], size=(64, state.table.n_sites))
    energies = local_energies(state, configurations)
    twin = NetketTwin(netket, operator, state.network, configurations)
    twin.take(state.params, state.masks)
    for power in (0.5, 1.5):
        importance = weights_of(state, configurations, power)
        theirs, _, _ = sr(
            twin.state._apply_fun,
            jnp.asarray(energies),
            twin.state.parameters,
            twin.state.model_state,
            jnp.asarray(configurations),
            diag_shift=SHIFT,
            solver_fn=netket.optimizer.solver.cholesky,
            mode="real",
            weights=np.exp((2.0 - power) * state.log_psi(configurations)),
        )
        theirs = np.asarray(theirs["kernel"]) / 2.0
        for solver in SOLVERS:
            ours = kernel_of(state, jnp.asarray(configurations.T), energies, solver, importance=importance)
            np.testing.assert_allclose(ours, theirs, atol=1e-9 * np.abs(theirs).max(), err_msg=solver)
            single = kernel_of(
                state,
                jnp.asarray(configurations.T, dtype=jnp.float32),
                energies,
                solver,
                importance=importance,
            )
            np.testing.assert_allclose(single, theirs, atol=2e-3 * np.abs(theirs).max(), err_msg=solver)


@pytest.mark.parametrize(
    ("power", "per_chain"),
    [(2.0, 1), (1.0, 4), slow(1.5, 1), slow(1.0, 1), slow(0.5, 1), slow(2.0, 4)],
)
def test_history_has_true_energies_variances_and_errors(power, per_chain):
    """At rest, a training's steps are measurements of a known state, with pulls of mean 0 and deviation 1."""
    table = table_of("tfim_periodic")
    state = setup(table, scale=0.3)
    _, psi, energy, h_psi = exact_state(state)
    options = TrainingOptions(
        samples=256 * per_chain,
        chains=256,
        # Steps follow one another in the same chains; so they are nearly independent.
        sweeps=4 if per_chain == 1 else 1,
        thermalisation=20,
        learning_rate=0.0,
        diagonal_shift=1.0,
        sampling_power=power,
    )
    moves = sampler_moves({"all": np.ones((1, table.n_sites), dtype=bool)}, table.n_sites)
    _, history, _ = train(
        state.state,
        DeviceSystem(couplings(table), moves),
        options,
        steps=400,
        key=jax.random.key(5),
    )
    pulls = (history.energy - energy) / history.energy_error
    # Four standard errors of the mean and of the deviation of 400, which the steps of four samples a chain come near.
    assert abs(pulls.mean()) < 0.25
    assert 0.85 < pulls.std(ddof=1) < 1.15
    error = history.energy.std(ddof=1) / np.sqrt(400)
    assert abs(history.energy.mean() - energy) < 4.0 * error
    # Of the ratio of sums, a bias of about a sample's share.
    variance = np.sum((h_psi - energy * psi) ** 2)
    spread = history.variance.std(ddof=1) / np.sqrt(400)
    assert (
        abs(history.variance.mean() - variance)
        < 4.0 * spread + 2.0 * variance / history.effective_samples.mean()
    )
    if power == 2.0:
        np.testing.assert_array_equal(history.effective_samples, options.samples)
        assert per_chain > 1 or history.energy_error == pytest.approx(
            np.sqrt(history.variance / 256), rel=1e-12
        )
    else:
        # <w>^2 / <w^2> over |psi|^p, w = psi^(2-p).
        share = np.sum(psi**2) ** 2 / (np.sum(psi**power) * np.sum(psi ** (4.0 - power)))
        assert history.effective_samples.mean() == pytest.approx(share * options.samples, rel=0.05)


@pytest.mark.parametrize("power", [1.0, slow(0.5)])
def test_a_weighted_training_finds_the_ground_state(power):
    table = table_of("tfim_periodic")
    state = setup(table, scale=0.05)
    options = TrainingOptions(
        samples=256,
        chains=256,
        sweeps=1,
        thermalisation=20,
        learning_rate=0.05,
        diagonal_shift=1e-3,
        sampling_power=power,
    )
    moves = sampler_moves({"all": np.ones((1, table.n_sites), dtype=bool)}, table.n_sites)
    params, _, _ = train(
        state.state, DeviceSystem(couplings(table), moves), options, steps=150, key=jax.random.key(1)
    )
    _, _, energy, _ = exact_state(state._replace(params=params))
    ground = np.linalg.eigvalsh(table_matrix(table, all_configurations(table.n_sites)))[0]
    assert energy >= ground - 1e-9
    assert energy == pytest.approx(ground, rel=1e-3)


def test_a_training_whose_weights_collapse_warns():
    """A product state far from flat, sampled flat."""
    table = table_of("tfim_periodic")
    state = setup(table, scale=0.05)
    said = []
    moves = sampler_moves({"all": np.ones((1, table.n_sites), dtype=bool)}, table.n_sites)
    kernel = jnp.zeros(state.params["kernel"].shape).at[:, 0].set(1.3)
    run = partial(
        train,
        MaskedNetwork(state.network, {"kernel": kernel}, state.masks),
        DeviceSystem(couplings(table), moves),
        steps=50,
        key=jax.random.key(1),
        hooks=Hooks(warn=said.append),
    )
    options = TrainingOptions(
        samples=256,
        chains=256,
        sweeps=1,
        thermalisation=20,
        learning_rate=0.0,
        diagonal_shift=1.0,
        sampling_power=1.9,
    )
    run(options)
    assert said == []
    run(options._replace(sampling_power=0.1))
    (line,) = said
    assert "effective samples of 256 on average from step 0 to 24" in line
