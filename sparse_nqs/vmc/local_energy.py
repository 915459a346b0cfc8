"""Local energies E_loc(s) = D(s) + sum_k a_k(s) psi(s flipped on A_k) / psi(s)."""

import jax
import jax.numpy as jnp

from sparse_nqs.networks import FlipPath, Stages
from sparse_nqs.networks.protocol import Cache, Stage, Structure, Weights
from sparse_nqs.vmc.couplings import Couplings, term_values


def log_ratios(
    path: FlipPath,
    weights: Weights,
    structure: Structure,
    cache: Cache,
    spins: jax.Array,
    flips: Stages,
) -> jax.Array:
    """Log psi(s flipped on A_k) - log psi(s) for every flip set, in their order: (K, C), in the dtype of the spins.

    Args:
        flips: from `couplings.in_order`.
    """

    def one(carry: None, row: Stage) -> tuple[None, jax.Array]:
        return carry, path.propose(weights, structure, cache, spins, row)[0]

    # The empty array is the answer for a diagonal Hamiltonian.
    parts = [jnp.zeros((0, spins.shape[1]), spins.dtype)]
    for stage in flips:
        _, ratios = jax.lax.scan(one, None, stage)
        parts.append(ratios.reshape(-1, spins.shape[1]))
    return jnp.concatenate(parts)


def weigh_flips(couplings: Couplings, spins: jax.Array, ratios: jax.Array) -> jax.Array:
    """D(s) + sum_k a_k(s) ratios_k for psi ratios (K, C) in the order of `couplings.flips`: float64 (C,)."""
    spins = spins.astype(jnp.float64)
    ratios = ratios.astype(jnp.float64)
    energy = term_values(couplings.diagonal, spins).sum(axis=0)
    return energy + (term_values(couplings.amplitude, spins) * ratios[couplings.amplitude_flip]).sum(axis=0)


def local_energies(
    path: FlipPath,
    weights: Weights,
    structure: Structure,
    cache: Cache,
    spins: jax.Array,
    couplings: Couplings,
    flips: Stages,
) -> jax.Array:
    """Local energies of the configurations in `spins` (N, C): float64 (C,), in the Hamiltonian's unit.

    Args:
        flips: the flip sets of the couplings, from `couplings.in_order`.
    """
    ratios = jnp.exp(log_ratios(path, weights, structure, cache, spins, flips))
    return weigh_flips(couplings, spins, ratios)
