"""Local energies E_loc(s) = D(s) + sum_k a_k(s) psi(s flipped on A_k) / psi(s)."""

import jax
import jax.numpy as jnp

from sparse_nqs.networks.amplitude import psi_ratio
from sparse_nqs.networks.contract import (
    CacheT,
    FlipRows,
    Flips,
    FlipSchedule,
    ProposalT,
    StructureT,
    Walkers,
    WeightsT,
)
from sparse_nqs.vmc.couplings import Couplings, term_values


def log_ratios(
    flips: Flips[WeightsT, StructureT, CacheT, ProposalT],
    walkers: Walkers[WeightsT, StructureT, CacheT],
    schedule: FlipSchedule,
) -> jax.Array:
    """Log psi(s flipped on A_k) - log psi(s) for every flip set, in their order: (K, C), in the dtype of the spins.

    Args:
        schedule: from `couplings.in_order`.
    """

    def one(carry: None, row: FlipRows) -> tuple[None, jax.Array]:
        return carry, flips.propose(walkers, row)[0]

    # The empty array is the answer for a diagonal Hamiltonian.
    parts = [jnp.zeros((0, walkers.spins.shape[1]), walkers.spins.dtype)]
    for rows in schedule:
        _, ratios = jax.lax.scan(one, None, rows)
        parts.append(ratios.reshape(-1, walkers.spins.shape[1]))
    return jnp.concatenate(parts)


def weigh_flips(couplings: Couplings, spins: jax.Array, ratios: jax.Array) -> jax.Array:
    """D(s) + sum_k a_k(s) ratios_k for psi ratios (K, C) in the order of `couplings.flips`: float64 (C,)."""
    spins = spins.astype(jnp.float64)
    ratios = ratios.astype(jnp.float64)
    energy = term_values(couplings.diagonal, spins).sum(axis=0)
    return energy + (term_values(couplings.amplitude, spins) * ratios[couplings.amplitude_flip]).sum(axis=0)


def local_energies(
    flips: Flips[WeightsT, StructureT, CacheT, ProposalT],
    walkers: Walkers[WeightsT, StructureT, CacheT],
    couplings: Couplings,
    schedule: FlipSchedule,
) -> jax.Array:
    """Local energies of the walkers' configurations: float64 (C,), in the Hamiltonian's unit.

    Args:
        schedule: the flip sets of the couplings, from `couplings.in_order`.
    """
    ratios = psi_ratio(log_ratios(flips, walkers, schedule))
    return weigh_flips(couplings, walkers.spins, ratios)
