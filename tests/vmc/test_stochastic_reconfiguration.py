from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from cases import SYSTEMS
from netket_twin import NetketTwin

from sparse_nqs.hamiltonians import build_operator, compile_operator, compile_pauli_strings
from sparse_nqs.vmc import couplings, local_energies
from sparse_nqs.vmc.stochastic_reconfiguration import choose_space, sr_direction

from .setups import setup, table_of

SHIFT = 1e-3


@partial(jax.jit, static_argnums=0, static_argnames="spaces")
def directions(path, theta, structure, spins, device, *, spaces):
    cache = path.build_cache(theta, structure, spins)
    energies = local_energies(path, theta, structure, cache, spins, device)
    solve = partial(sr_direction, path, theta, structure, cache, spins, energies, SHIFT)
    return energies, [solve(space=space) for space in spaces]


def sr_of(state, mask, configurations):
    """The local energies, and the direction of every space in the kernel's shape, zero at pruned weights."""
    # The network's own Gram matrix is of all weights.
    spaces = ("parameters", "samples", "gram") if mask == "full" else ("parameters", "samples")
    path, kept, spins = state.network.flip_path, state.masks["kernel"], jnp.asarray(configurations.T)
    energies, found = directions(
        path, state.theta, state.structure, spins, couplings(state.table), spaces=spaces
    )
    kernels = {}
    for space, vector in zip(spaces, np.asarray(found), strict=True):
        np.testing.assert_array_equal(vector[kept.sum() :], 0.0)
        kernels[space] = np.zeros(kept.shape)
        kernels[space][kept] = vector[: kept.sum()]
    return np.asarray(energies), kernels


@pytest.mark.parametrize(
    ("name", "mask"),
    [("tfim_open", "full"), ("toric_code", "full"), ("tfim_open", "half"), ("toric_code", "one_weight")],
)
def test_every_space_gives_the_solution_of_the_definition(name, mask):
    """(S + lambda) d = F with S = Cov(O), F = Cov(O, E_loc), and O from the definition of log psi."""
    state = setup(table_of(name), mask, scale=0.2)
    configurations = np.random.default_rng(2).choice([-1.0, 1.0], size=(60, state.table.n_sites))
    hidden = configurations @ np.asarray(state.params["kernel"])
    o = (configurations[:, :, None] * (hidden > 0)[:, None, :])[:, state.masks["kernel"]]
    o = o - o.mean(axis=0)
    energies, found = sr_of(state, mask, configurations)
    metric = o.T @ o / len(o) + SHIFT * np.eye(o.shape[1])
    expected = np.linalg.solve(metric, o.T @ (energies - energies.mean()) / len(o))
    for space, kernel in found.items():
        np.testing.assert_allclose(
            kernel[state.masks["kernel"]], expected, atol=1e-10 * np.abs(expected).max(), err_msg=space
        )


@pytest.mark.parametrize("name", ["tfim_open", "toric_code"])
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
        energies, found = sr_of(state, mask, configurations)
        for space, ours in found.items():
            np.testing.assert_allclose(
                ours, theirs, atol=1e-10 * np.abs(theirs).max(), err_msg=f"{mask}, {space}"
            )
        assert energies.mean() == pytest.approx(float(stats.mean.real), rel=1e-12)
        assert energies.var() == pytest.approx(float(stats.variance), rel=1e-10)


def test_the_space_is_the_smaller_one():
    state = setup(table_of("tfim_open"))
    path, structure = state.network.flip_path, state.structure
    weights = path.n_active(structure)
    assert choose_space(path, structure, is_unpruned=True, n_samples=weights + 1) == "parameters"
    assert choose_space(path, structure, is_unpruned=True, n_samples=weights - 1) == "gram"
    assert choose_space(path, structure, is_unpruned=False, n_samples=weights - 1) == "samples"
    without_gram = path._replace(gram=None)
    assert choose_space(without_gram, structure, is_unpruned=True, n_samples=weights - 1) == "samples"


def test_equal_local_energies_leave_the_weights_alone():
    state = setup(compile_pauli_strings(["IIIIII"], np.array([-3.5])), "half")
    configurations = np.random.default_rng(4).choice([-1.0, 1.0], size=(60, 6))
    energies, found = sr_of(state, "half", configurations)
    np.testing.assert_array_equal(energies, -3.5)
    for kernel in found.values():
        np.testing.assert_array_equal(kernel, 0.0)
