import jax.numpy as jnp
import numpy as np
import pytest

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks import build_network

from .test_convolution import by_loops


def gelu(x):
    """The tanh form, which is Flax's default."""
    return 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)))


# Both sides of the size where evaluation changes from one product to one a cell.
@pytest.mark.parametrize("lattice", [Lattice(3, 4), Lattice(6, 5), Lattice(3, 3, 2, periodic=True)])
def test_log_psi_is_the_definition(lattice):
    network = build_network({"kind": "cnn", "features": 4}, lattice)
    generator = np.random.default_rng(1)
    kernel = generator.normal(size=(3, 3, lattice.spins_per_cell, 4))
    sigma = generator.choice([-1.0, 1.0], size=(9, lattice.n_sites))
    expected = gelu(by_loops(sigma.reshape(9, *lattice.shape), kernel, lattice.periodic)).sum(axis=(1, 2, 3))
    params = {"conv/kernel": jnp.asarray(kernel)}
    np.testing.assert_allclose(network.log_psi(params, jnp.asarray(sigma)), expected, rtol=1e-12)
    module = network.flax_module()
    value = module.apply({"params": network.to_flax(params)}, jnp.asarray(sigma))
    np.testing.assert_allclose(value, expected, rtol=1e-12)


@pytest.mark.parametrize(("spins_per_cell", "count"), [(1, 36), (2, 72)])
def test_four_channels_are_36_weights_a_spin_of_the_cell(spins_per_cell, count):
    network = build_network({"kind": "cnn", "features": 4}, Lattice(4, 4, spins_per_cell))
    assert network.prunable == ("conv/kernel",)
    assert np.prod(network.shapes["conv/kernel"]) == count


def test_building_it_again_shares_the_compiled_programs():
    first, second = (build_network({"kind": "cnn", "features": 3}, Lattice(3, 3)) for _ in range(2))
    assert first.flip_path is second.flip_path and first.log_psi is second.log_psi
    other = build_network({"kind": "cnn", "features": 2}, Lattice(3, 3))
    assert other.log_psi is not first.log_psi
