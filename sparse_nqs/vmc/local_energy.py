"""Local energies E_loc(s) = D(s) + sum_k a_k(s) psi(s flipped on A_k) / psi(s)."""

import jax
import jax.numpy as jnp

from sparse_nqs.networks import FlipPath
from sparse_nqs.vmc.couplings import Couplings, FlipSets, term_values


def log_ratios(path: FlipPath, theta, structure, cache, spins: jax.Array, flips: FlipSets) -> jax.Array:
    """Log psi(s flipped on A_k) - log psi(s) for every flip set, in the groups' order: float64 (K, C)."""

    def one(carry, sites):
        return carry, path.propose(theta, structure, cache, spins, sites)[0]

    # The empty array is the answer for a diagonal Hamiltonian.
    none = jnp.zeros((0, spins.shape[1]))
    return jnp.concatenate([none, *(jax.lax.scan(one, None, group)[1] for group in flips)])


def weigh_flips(couplings: Couplings, spins: jax.Array, ratios: jax.Array) -> jax.Array:
    """D(s) + sum_k a_k(s) ratios_k for psi ratios float64 (K, C) in the order of `couplings.flips`: (C,)."""
    energy = term_values(couplings.diagonal, spins).sum(axis=0)
    return energy + (term_values(couplings.amplitude, spins) * ratios[couplings.amplitude_flip]).sum(axis=0)


def local_energies(
    path: FlipPath, theta, structure, cache, spins: jax.Array, couplings: Couplings
) -> jax.Array:
    """Local energies of the configurations in `spins` (N, C): float64 (C,), in the Hamiltonian's unit."""
    ratios = jnp.exp(log_ratios(path, theta, structure, cache, spins, couplings.flips))
    return weigh_flips(couplings, spins, ratios)
