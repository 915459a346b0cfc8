"""A masked network with random weights on a Hamiltonian, and what the core makes of it."""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from cases import SYSTEMS, mask_of

from sparse_nqs import vmc
from sparse_nqs.hamiltonians import FlipTable, Lattice, build_operator, compile_operator
from sparse_nqs.networks import MaskedNetwork, Network, build_network


class Setup(NamedTuple):
    table: FlipTable
    network: Network
    masks: dict[str, np.ndarray]
    params: dict[str, jax.Array]
    structure: tuple
    theta: jax.Array

    def log_psi(self, configurations):
        """The definition, in NumPy: configurations (C, N)."""
        return np.maximum(np.asarray(configurations) @ np.asarray(self.params["kernel"]), 0.0).sum(axis=-1)

    @property
    def state(self):
        return MaskedNetwork(self.network, self.params, self.masks)

    def weights(self, dtype=jnp.float64):
        return self.network.flip_path.masking.weights(self.theta, self.structure, dtype)


def walkers_at(setup, spins):
    """The network at spins (N, C), in their dtype."""
    return _walkers_at(setup.network.flip_path, setup.weights(spins.dtype), setup.structure, spins)


@partial(jax.jit, static_argnums=0)
def _walkers_at(path, weights, structure, spins):
    return path.flips.at(weights, structure, spins)


def local_energies(setup, configurations, dtype=jnp.float64):
    """Local energies of configurations (C, N): float64 (C,)."""
    path, device = setup.network.flip_path, vmc.couplings(setup.table)
    spins = jnp.asarray(np.asarray(configurations).T, dtype=dtype)
    flips = vmc.in_order(path.flips, setup.structure, device.flips)
    return np.asarray(_local_energies(path.flips, walkers_at(setup, spins), device, flips))


_local_energies = partial(jax.jit, static_argnums=0)(vmc.local_energies)


def table_of(system: str) -> FlipTable:
    return compile_operator(build_operator(SYSTEMS[system]))


def setup(
    table: FlipTable, mask: str = "full", *, scale: float = 0.4, alpha: float = 2, seed: int = 0
) -> Setup:
    network = build_network({"kind": "ffnn", "alpha": alpha, "init_std": scale}, Lattice(table.n_sites, 1))
    shape = network.shapes["kernel"]
    masks = {"kernel": mask_of(mask, shape, seed)}
    weights = np.random.default_rng(seed).normal(scale=scale, size=shape)
    params = {"kernel": jnp.asarray(np.where(masks["kernel"], weights, 0.0))}
    masking = network.flip_path.masking
    structure = masking.build_structure(masks)
    return Setup(table, network, masks, params, structure, masking.compress(params, structure))
