"""Means of the energy from the sampler as training runs it, single precision and rows of several moves."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from cases import all_configurations, table_matrix

from sparse_nqs.hamiltonians import build_operator, compile_operator, lattice
from sparse_nqs.networks import build_network, ffnn
from sparse_nqs.vmc import Sampler, couplings, in_order, in_turn, local_energies, random_spins, sampler_moves
from sparse_nqs.vmc.sampler import sweeps

EVALUATIONS, CHAINS, SAMPLES = 200, 64, 6
SYSTEM = {"model": "tfim", "extent": [9, 1], "boundary": "open", "coupling": 1.0, "field": 1.2}
# Several flips touch no cell in common, or no unit.
NETWORKS = {
    "cnn": ({"kind": "cnn", "features": 2}, 0.25, 1.0),
    "ffnn": ({"kind": "ffnn", "alpha": 30, "init_std": 0.1}, 0.3, 0.04),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", NETWORKS)
def test_error_bars_of_short_evaluations_are_true(kind, monkeypatch):
    monkeypatch.setattr(ffnn, "_SMALL", 0)
    table = compile_operator(build_operator(SYSTEM))
    description, scale, density = NETWORKS[kind]
    network = build_network(description, lattice(SYSTEM))
    (name,) = network.shapes
    generator = np.random.default_rng(2)
    masks = {name: generator.random(network.shapes[name]) < density}
    params = {
        name: jnp.asarray(np.where(masks[name], scale * generator.normal(size=network.shapes[name]), 0.0))
    }
    path = network.flip_path
    structure = path.masking.build_structure(masks)
    weights = path.masking.weights(path.masking.compress(params, structure), structure, jnp.float32)
    moves = in_turn(path.flips, structure, sampler_moves({"all": np.ones((1, 9), dtype=bool)}, 9))
    # Two real moves in a row at least.
    assert (np.asarray(moves[0].sites) < 9).all(axis=2).sum(axis=1).max() > 1
    device = couplings(table)
    flips = in_order(path.flips, structure, device.flips)

    @jax.jit
    def evaluate(key):
        """The means of independent chains: (chains,)."""
        start_key, warm_key, draw_key = jax.random.split(key, 3)
        spins = random_spins(start_key, 9, CHAINS).astype(jnp.float32)
        walkers = path.flips.at(weights, structure, spins)
        walkers, _ = sweeps(path.flips, walkers, Sampler(moves), warm_key, 15)

        def draw(walkers, index):
            key = jax.random.fold_in(draw_key, index)
            walkers, _ = sweeps(path.flips, walkers, Sampler(moves), key, 1)
            return walkers, local_energies(path.flips, walkers, device, flips)

        return jax.lax.scan(draw, walkers, jnp.arange(SAMPLES))[1].mean(axis=0)

    means = np.array([evaluate(key) for key in jax.random.split(jax.random.key(7), EVALUATIONS)])
    configurations = all_configurations(9)
    psi = np.exp(np.asarray(network.log_psi(params, jnp.asarray(configurations))))
    psi /= np.linalg.norm(psi)
    exact = psi @ table_matrix(table, configurations) @ psi
    errors = means.std(axis=1, ddof=1) / np.sqrt(CHAINS)
    pulls = (means.mean(axis=1) - exact) / errors
    # Four standard errors of the mean of 200.
    assert abs(pulls.mean()) < 0.3
    assert 0.8 < pulls.std(ddof=1) < 1.25
    # And of all of them together, which sees a bias of a fourteenth of an evaluation's error.
    assert abs(means.mean() - exact) < 4.0 * means.mean(axis=1).std(ddof=1) / np.sqrt(EVALUATIONS)
