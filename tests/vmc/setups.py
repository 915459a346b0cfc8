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

    def context(self, configurations):
        """(theta, structure, cache, spins) of configurations (C, N)."""
        spins = jnp.asarray(np.asarray(configurations, dtype=float).T)
        return self.theta, self.structure, build_cache(self)(spins), spins


def build_cache(setup):
    return partial(_build_cache, setup.network.flip_path, setup.theta, setup.structure)


@partial(jax.jit, static_argnums=0)
def _build_cache(path, theta, structure, spins):
    return path.build_cache(theta, structure, spins)


@partial(jax.jit, static_argnums=0)
def local_energies(path, theta, structure, cache, spins, couplings):
    return vmc.local_energies(path, theta, structure, cache, spins, couplings)


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
