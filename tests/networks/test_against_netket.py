"""Convolutional networks and biases with random masks against NetKet, which differentiates and sums by itself."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from cases import SYSTEMS
from netket_twin import NetketTwin

from sparse_nqs.evaluation import all_log_psi, evaluate_exactly
from sparse_nqs.hamiltonians import build_operator, compile_operator, full_space, lattice
from sparse_nqs.networks import build_network
from sparse_nqs.vmc import couplings, in_order, local_energies
from sparse_nqs.vmc.importance import WeightedSamples
from sparse_nqs.vmc.stochastic_reconfiguration import sr_direction

SHIFT = 1e-3
NETWORKS = {
    "cnn": {"kind": "cnn", "features": 3},
    "res_cnn": {"kind": "res_cnn", "features": 4, "blocks": 1},
    "ffnn with biases": {"kind": "ffnn", "alpha": 2, "init_std": 0.1, "bias": True},
    "valid cnn": {"kind": "cnn", "features": 3, "padding": "valid", "bias": True},
    "large cnn": {"kind": "cnn", "features": 3, "kernel_size": 5, "padding": "periodic"},
    "res_cnn as printed": {"kind": "res_cnn", "features": 4, "blocks": 1, "bias": True, "norm_first": False},
}
WIDE = {"model": "tfim", "extent": [3, 4], "boundary": "open", "coupling": 1.0, "field": 0.7}
CASES = [
    *((kind, system) for kind in ("cnn", "res_cnn") for system in ("tfim_open", "toric_code")),
    ("ffnn with biases", "tfim_open"),
    ("ffnn with biases", "toric_code"),
    ("valid cnn", "wide"),
    ("large cnn", "wide"),
    ("res_cnn as printed", "tfim_open"),
]


def random_state(network, kind, seed):
    """Weights and masks; "dead_channel" is one in which a channel of every convolution has lost all its weights."""
    generator = np.random.default_rng(seed)
    masks = {}
    for name in network.prunable:
        masks[name] = generator.random(network.shapes[name]) < (1.0 if kind == "full" else 0.6)
        if kind == "dead_channel":
            masks[name][..., 1] = False
    params = {name: 0.2 * generator.normal(size=shape) for name, shape in network.shapes.items()}
    params = {
        name: jnp.asarray(np.where(masks[name], value, 0.0) if name in masks else value)
        for name, value in params.items()
    }
    return params, masks


@partial(jax.jit, static_argnums=0)
def energies_and_directions(path, theta, structure, spins, device, flips):
    walkers = path.flips.at(path.masking.weights(theta, structure, spins.dtype), structure, spins)
    energies = local_energies(path.flips, walkers, device, flips)
    solve = partial(sr_direction, path, WeightedSamples(walkers), energies, SHIFT)
    return energies, {solver: solve(solver=solver)[0] for solver in ("parameters", "samples")}


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "system"), CASES)
def test_energies_and_sr_directions_equal_netkets(kind, system, netket):
    system = WIDE if system == "wide" else SYSTEMS[system]
    operator = build_operator(system)
    table = compile_operator(operator)
    multiply = full_space.hamiltonian_product(table)
    network = build_network(NETWORKS[kind], lattice(system))
    path = network.flip_path
    configurations = np.random.default_rng(3).choice([-1.0, 1.0], size=(64, table.n_sites))
    spins, device = jnp.asarray(configurations.T), couplings(table)
    zeros = {name: jnp.zeros(shape) for name, shape in network.shapes.items()}

    twin = NetketTwin(netket, operator, network, configurations)
    for seed, mask in enumerate(("full", "random", "dead_channel")):
        params, masks = random_state(network, mask, seed)
        structure = path.masking.build_structure(masks)
        theta = path.masking.compress(params, structure)
        flips = in_order(path.flips, structure, device.flips)
        energies, directions = energies_and_directions(path, theta, structure, spins, device, flips)

        twin.take(params, masks)
        np.testing.assert_allclose(energies, twin.local_energies(), rtol=1e-10, err_msg=mask)

        exact = evaluate_exactly(multiply, all_log_psi(network, params))
        theirs = twin.exact_energy()
        assert exact.energy.value == pytest.approx(float(theirs.mean.real), rel=1e-10)
        assert exact.variance.value == pytest.approx(float(theirs.variance), rel=1e-8)

        _, theirs = twin.sr_direction(SHIFT)
        largest = max(np.abs(value).max() for value in theirs.values())
        for solver, direction in directions.items():
            # As a step from zero weights, which says what entry belongs to what weight.
            stepped = path.masking.step(path.masking.compress(zeros, structure), structure, direction)
            for name, ours in path.masking.expand(stepped, structure, masks).items():
                np.testing.assert_allclose(
                    ours, theirs[name], atol=1e-10 * largest, err_msg=f"{mask}, {solver}, {name}"
                )
                if name in masks:
                    np.testing.assert_array_equal(np.asarray(ours)[~masks[name]], 0.0)
                    np.testing.assert_array_equal(theirs[name][~masks[name]], 0.0)
