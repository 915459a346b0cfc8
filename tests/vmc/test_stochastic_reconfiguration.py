from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from cases import SYSTEMS
from marks import slow
from netket_twin import NetketTwin

from sparse_nqs.hamiltonians import build_operator, compile_operator, compile_pauli_strings
from sparse_nqs.vmc.importance import WeightedSamples
from sparse_nqs.vmc.stochastic_reconfiguration import choose_solver, sr_direction, sr_size

from .setups import local_energies, setup, table_of, walkers_at

SHIFT = 1e-3
SOLVERS = ("parameters", "samples", "iterative")


direction_of = partial(jax.jit, static_argnums=0, static_argnames=("solver", "chunk_size"))(sr_direction)


def kernel_of(state, spins, energies, solver, shift=SHIFT, *, importance=None, **more):
    """The direction in the kernel's shape, zero at pruned weights; spins (N, C) in the working dtype."""
    kept = state.masks["kernel"]
    path, samples = state.network.flip_path, WeightedSamples(walkers_at(state, spins), importance)
    found, _ = direction_of(path, samples, energies, shift, solver=solver, **more)
    assert found.dtype == jnp.float64
    np.testing.assert_array_equal(found[kept.sum() :], 0.0)
    kernel = np.zeros(kept.shape)
    kernel[kept] = found[: kept.sum()]
    return kernel


def sr_of(state, configurations):
    """The local energies, and the direction of every solver."""
    energies, spins = local_energies(state, configurations), jnp.asarray(configurations.T)
    return energies, {solver: kernel_of(state, spins, energies, solver) for solver in SOLVERS}


@pytest.mark.parametrize(
    ("name", "mask"),
    [
        ("tfim_open", "full"),
        ("toric_code", "one_weight"),
        slow("toric_code", "full"),
        slow("tfim_open", "half"),
    ],
)
def test_every_solver_gives_the_solution_of_the_definition(name, mask):
    """(S + lambda) d = F with S = Cov(O), F = Cov(O, E_loc), and O from the definition of log psi."""
    state = setup(table_of(name), mask, scale=0.2)
    configurations = np.random.default_rng(2).choice([-1.0, 1.0], size=(60, state.table.n_sites))
    hidden = configurations @ np.asarray(state.params["kernel"])
    o = (configurations[:, :, None] * (hidden > 0)[:, None, :])[:, state.masks["kernel"]]
    o = o - o.mean(axis=0)
    energies, found = sr_of(state, configurations)
    metric = o.T @ o / len(o) + SHIFT * np.eye(o.shape[1])
    expected = np.linalg.solve(metric, o.T @ (energies - energies.mean()) / len(o))
    for solver, kernel in found.items():
        np.testing.assert_allclose(
            kernel[state.masks["kernel"]], expected, atol=1e-10 * np.abs(expected).max(), err_msg=solver
        )


@pytest.mark.parametrize("name", ["tfim_open", slow("toric_code")])
def test_the_direction_equals_netkets_vmc_sr_on_the_same_samples(name, netket):
    operator = build_operator(SYSTEMS[name])
    table = compile_operator(operator)
    configurations = np.random.default_rng(3).choice([-1.0, 1.0], size=(64, table.n_sites))
    twin = NetketTwin(netket, operator, setup(table).network, configurations)
    for mask in ("full", "half", "dead_units"):
        state = setup(table, mask, scale=0.2)
        twin.take(state.params, state.masks)
        stats, direction = twin.sr_direction(SHIFT)
        theirs = direction["kernel"]
        energies, found = sr_of(state, configurations)
        for solver, ours in found.items():
            np.testing.assert_allclose(
                ours, theirs, atol=1e-10 * np.abs(theirs).max(), err_msg=f"{mask}, {solver}"
            )
        assert energies.mean() == pytest.approx(float(stats.mean.real), rel=1e-12)
        assert energies.var() == pytest.approx(float(stats.variance), rel=1e-10)


@cache
def larger(mask):
    """A network of 1024 weights on 16 spins, 320 configurations and their local energies."""
    configurations = np.random.default_rng(6).choice([-1.0, 1.0], size=(320, 16))
    state = setup(table_of_tfim(4), mask, scale=0.1, alpha=4, seed=3)
    return state, configurations, local_energies(state, configurations)


def table_of_tfim(length):
    system = {"model": "tfim", "extent": [length, length], "boundary": "open", "coupling": 1.0, "field": 3.0}
    return compile_operator(build_operator(system))


# In float32, relative to the largest entry; about five times what is found. Rounding errors of F are amplified by 1 /
# shift where S has no weight, which is most of it with more weights than samples.
TOLERANCE = {
    1e-2: {"parameters": 2.5e-4, "samples": 1.5e-5, "iterative": 1.5e-5},
    1e-3: {"parameters": 2.5e-3, "samples": 1.2e-4, "iterative": 1.2e-4},
}


@pytest.mark.parametrize("mask", ["sparse", slow("full"), slow("dense"), slow("half")])
@pytest.mark.parametrize("shift", [1e-2, slow(1e-3)])
def test_solvers_agree(mask, shift):
    state, configurations, energies = larger(mask)
    spins = jnp.asarray(configurations.T)
    expected = kernel_of(state, spins, energies, "samples", shift)
    for solver in SOLVERS:
        for dtype, tolerance in ((jnp.float64, 1e-8), (jnp.float32, TOLERANCE[shift][solver])):
            found = kernel_of(state, spins.astype(dtype), energies, solver, shift)
            error = np.abs(found - expected).max() / np.abs(expected).max()
            assert error < tolerance, (solver, dtype)


def without_bits(state):
    """The same network, whose derivatives SR then takes as numbers."""
    return with_derivatives(state, sign_bits=None)


def with_derivatives(state, **parts):
    """The same network with other functions for its derivatives."""
    path = state.network.flip_path
    path = path._replace(derivatives=path.derivatives._replace(**parts))
    return state._replace(network=state.network._replace(flip_path=path))


@pytest.mark.parametrize("solver", ["parameters", "samples"])
@pytest.mark.parametrize("mask", ["sparse", slow("full")])
def test_chunks_change_nothing(mask, solver):
    state, configurations, energies = larger(mask)
    state = without_bits(state)
    spins = jnp.asarray(configurations.T)
    whole = kernel_of(state, spins, energies, solver)
    for chunk_size in (32, 320):
        parts = kernel_of(state, spins, energies, solver, chunk_size=chunk_size)
        np.testing.assert_allclose(parts, whole, atol=1e-12 * np.abs(whole).max())


@pytest.mark.parametrize("solver", ["parameters", "samples"])
@pytest.mark.parametrize("mask", ["sparse", slow("full")])
def test_bits_and_numbers_give_the_same(mask, solver):
    state, configurations, energies = larger(mask)
    spins = jnp.asarray(configurations.T)
    from_bits = kernel_of(state, spins, energies, solver)
    from_numbers = kernel_of(without_bits(state), spins, energies, solver)
    np.testing.assert_allclose(from_bits, from_numbers, atol=2e-11 * np.abs(from_bits).max())


def solver_of(state, n_samples, sr_solver="auto"):
    return choose_solver(sr_solver, sr_size(state.network.flip_path, state.structure, n_samples))


def test_the_solver_is_the_cheapest_one():
    state = setup(table_of("tfim_open"))
    weights = state.network.flip_path.masking.n_active(state.structure)
    plain = with_derivatives(state, sample_gram=None)
    assert solver_of(plain, 2 * weights) == "parameters"
    assert solver_of(plain, weights // 2) == "samples"
    assert solver_of(state, 20 * weights) == "parameters"
    for named in ("parameters", "samples"):
        assert solver_of(state, 1, named) == named
    # A full mask, many samples and more weights: the Gram matrix costs next to nothing.
    large = setup(table_of_tfim(4), alpha=16)
    assert solver_of(large, 1024) == "iterative"
    assert solver_of(with_derivatives(large, sample_gram=None), 512) == "samples"


def test_equal_local_energies_leave_the_weights_alone():
    state = setup(compile_pauli_strings(["IIIIII"], np.array([-3.5])), "half")
    configurations = np.random.default_rng(4).choice([-1.0, 1.0], size=(60, 6))
    energies, found = sr_of(state, configurations)
    np.testing.assert_array_equal(energies, -3.5)
    for kernel in found.values():
        np.testing.assert_array_equal(kernel, 0.0)
