"""A masked network with random weights on a Hamiltonian, and what the core makes of it."""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from cases import SYSTEMS, mask_of

from sparse_nqs import vmc
from sparse_nqs.hamiltonians import FlipTable, Lattice, build_operator, compile_operator
from sparse_nqs.networks import Network, build_network


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

    def weights(self, dtype=jnp.float64):
        return self.network.flip_path.weights(self.theta, self.structure, dtype)


def build_cache(setup, spins):
    """The cache of spins (N, C), in their dtype."""
    return _build_cache(setup.network.flip_path, setup.weights(spins.dtype), setup.structure, spins)


@partial(jax.jit, static_argnums=0)
def _build_cache(path, weights, structure, spins):
    return path.build_cache(weights, structure, spins)


def local_energies(setup, configurations, dtype=jnp.float64):
    """Local energies of configurations (C, N): float64 (C,)."""
    path, device = setup.network.flip_path, vmc.couplings(setup.table)
    spins = jnp.asarray(np.asarray(configurations).T, dtype=dtype)
    flips = vmc.in_order(path, setup.structure, device.flips)
    return np.asarray(_local_energies(path, setup.weights(dtype), setup.structure, spins, device, flips))


@partial(jax.jit, static_argnums=0)
def _local_energies(path, weights, structure, spins, device, flips):
    cache = path.build_cache(weights, structure, spins)
    return vmc.local_energies(path, weights, structure, cache, spins, device, flips)


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
    structure = network.flip_path.build_structure(masks)
    return Setup(table, network, masks, params, structure, network.flip_path.compress(params, structure))
