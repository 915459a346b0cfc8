"""Single precision against double: the same network, configurations and definitions.

The tolerances are about five times the differences found.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from marks import slow

from sparse_nqs.hamiltonians import build_operator, compile_operator, lattice
from sparse_nqs.networks import build_network
from sparse_nqs.vmc import Sampler, couplings, in_order, in_turn, local_energies, random_spins
from sparse_nqs.vmc.importance import WeightedSamples
from sparse_nqs.vmc.sampler import sweeps
from sparse_nqs.vmc.stochastic_reconfiguration import sr_direction

SYSTEM = {"model": "tfim", "extent": [5, 5], "boundary": "open", "coupling": 1.0, "field": 3.04438}
TABLE = compile_operator(build_operator(SYSTEM))
SAMPLES, SHIFT = 192, 1e-3


class Case(NamedTuple):
    """A network, the standard deviation of its weights, and tolerances relative to the largest of the numbers."""

    network: dict
    scale: float
    energies: float
    directions: dict[str, float]


CASES = {
    "ffnn": Case(
        {"kind": "ffnn", "alpha": 8, "init_std": 0.1}, 0.1, 1.5e-6, {"samples": 4e-6, "iterative": 4e-6}
    ),
    "cnn": Case({"kind": "cnn", "features": 6}, 0.2, 5e-7, {"samples": 1.5e-3, "parameters": 2.5e-3}),
    "res_cnn": Case(
        {"kind": "res_cnn", "features": 6, "blocks": 1}, 0.2, 1.2e-5, {"samples": 2e-4, "parameters": 1e-2}
    ),
}


class State(NamedTuple):
    path: object
    structure: object
    theta: object

    def weights(self, dtype):
        return self.path.masking.weights(self.theta, self.structure, dtype)


def random_state(case):
    network = build_network(case.network, lattice(SYSTEM))
    generator = np.random.default_rng(0)
    masks = {name: generator.random(network.shapes[name]) < 0.7 for name in network.prunable}
    params = {
        name: value + case.scale * generator.normal(size=value.shape)
        if name not in masks
        else jnp.asarray(case.scale * generator.normal(size=value.shape))
        for name, value in network.init(jax.random.key(0)).items()
    }
    path = network.flip_path
    structure = path.masking.build_structure(masks)
    return State(path, structure, path.masking.compress(params, structure))


@pytest.fixture(scope="module", params=[name if name == "ffnn" else slow(name) for name in CASES])
def drawn(request):
    """A case, its state, and configurations that follow it roughly."""
    case = CASES[request.param]
    state = random_state(case)
    flips, structure = state.path.flips, state.structure
    assert flips.single_precision
    weights = state.weights(jnp.float64)
    spins = random_spins(jax.random.key(1), TABLE.n_sites, SAMPLES)
    sampler = Sampler(in_turn(flips, structure, (np.arange(TABLE.n_sites)[:, None],)))

    @jax.jit
    def warm(spins):
        walkers = flips.at(weights, structure, spins)
        return sweeps(flips, walkers, sampler, jax.random.key(2), 5)[0].spins

    return case, state, warm(spins)


def energies_of(state, spins, dtype):
    flips, device = state.path.flips, couplings(TABLE)
    schedule = in_order(flips, state.structure, device.flips)

    @jax.jit
    def run(spins):
        walkers = flips.at(state.weights(dtype), state.structure, spins)
        return local_energies(flips, walkers, device, schedule)

    return np.asarray(run(spins.astype(dtype)))


def difference(found, expected):
    """Relative to the largest; not zero, or nothing was done in single precision."""
    assert found.dtype == expected.dtype == np.float64
    largest = np.abs(found - expected).max() / np.abs(expected).max()
    assert largest > 0.0
    return largest


def test_local_energies_agree(drawn):
    case, state, spins = drawn
    single, double = (energies_of(state, spins, dtype) for dtype in (jnp.float32, jnp.float64))
    assert double.std() > 0.1
    assert difference(single, double) < case.energies


def test_sr_directions_agree(drawn):
    case, state, spins = drawn
    energies = jnp.asarray(energies_of(state, spins, jnp.float64))
    path = state.path
    for solver, tolerance in case.directions.items():
        solve = jax.jit(
            lambda weights, spins, solver=solver: sr_direction(
                path,
                WeightedSamples(path.flips.at(weights, state.structure, spins)),
                energies,
                SHIFT,
                solver=solver,
            )[0]
        )
        single, double = (
            np.asarray(solve(state.weights(dtype), spins.astype(dtype)))
            for dtype in (jnp.float32, jnp.float64)
        )
        assert difference(single, double) < tolerance, solver
