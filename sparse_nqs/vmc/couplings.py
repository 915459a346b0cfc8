"""The flip table as device arrays: index lists in place of masks, flip sets of one width together."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sparse_nqs.hamiltonians import Families, FlipTable, mix_moves
from sparse_nqs.networks.contract import CacheT, Flips, FlipSchedule, ProposalT, StructureT, WeightsT

# Flip sets grouped by width: a tuple of int32 arrays (K_w, w).
FlipSets = tuple[jax.Array, ...]


class Terms(NamedTuple):
    """Products of spins with coefficients.

    Attributes:
        coefficient: float64 (T,).
        sites: int32 (T, w); the factors of each product, padded with N.
    """

    coefficient: jax.Array
    sites: jax.Array


class Couplings(NamedTuple):
    """A Hamiltonian on the device.

    Attributes:
        diagonal: the terms of D(s).
        flips: the K flip sets by ascending width; K = sum of K_w.
        amplitude: the terms of all amplitudes a_k(s).
        amplitude_flip: int32 (T,); which flip set, in the order of `flips`, each of those terms belongs to.
    """

    diagonal: Terms
    flips: FlipSets
    amplitude: Terms
    amplitude_flip: jax.Array


class DeviceSystem(NamedTuple):
    """A Hamiltonian and the sampler's moves, on the device."""

    couplings: Couplings
    moves: FlipSets


def flip_sets(masks: np.ndarray) -> tuple[FlipSets, np.ndarray]:
    """Group flip sets by width.

    Args:
        masks: bool (K, N), none empty.

    Returns:
        The groups, and the order int (K,) in which they hold the rows of `masks`.
    """
    widths = masks.sum(axis=1)
    order = np.argsort(widths, kind="stable")
    groups = []
    for width in np.unique(widths):
        rows = masks[order][widths[order] == width]
        groups.append(jax.device_put(np.nonzero(rows)[1].reshape(len(rows), width).astype(np.int32)))
    return tuple(groups), order


def _terms(coefficient: np.ndarray, masks: np.ndarray) -> Terms:
    n_sites = masks.shape[1]
    widest = int(masks.sum(axis=1).max(initial=0))
    sites = np.full((len(masks), widest), n_sites, dtype=np.int32)
    for row, mask in zip(sites, masks, strict=True):
        chosen = np.flatnonzero(mask)
        row[: len(chosen)] = chosen
    return Terms(*jax.device_put((np.asarray(coefficient, dtype=np.float64), sites)))


def couplings(table: FlipTable) -> Couplings:
    """Put a flip table on the device."""
    groups, order = flip_sets(table.flip_sets)
    position = np.argsort(order)
    return Couplings(
        diagonal=_terms(table.diagonal_coefficient, table.diagonal_sites),
        flips=groups,
        amplitude=_terms(table.term_coefficient, table.term_sites),
        amplitude_flip=jax.device_put(position[table.term_flip].astype(np.int32)),
    )


def in_order(
    flips: Flips[WeightsT, StructureT, CacheT, ProposalT],
    structure: StructureT,
    sets: Sequence[jax.Array | np.ndarray],
) -> FlipSchedule:
    """Flip sets as a flip path goes through them for local energies, on the host."""
    return sum((flips.schedule(structure, np.asarray(group), False) for group in sets), ())


def in_turn(
    flips: Flips[WeightsT, StructureT, CacheT, ProposalT], structure: StructureT, moves: FlipSets
) -> FlipSchedule:
    """Moves as a flip path goes through them in a sweep, on the host: maybe in another order."""
    return sum((flips.schedule(structure, np.asarray(group), True) for group in moves), ())


def sampler_moves(families: Families, n_sites: int, mix: Mapping[str, int] | None = None) -> FlipSets:
    """What a sweep proposes, on the device; see `hamiltonians.mix_moves` for the arguments and errors."""
    return flip_sets(mix_moves(families, n_sites, mix))[0]


def term_values(terms: Terms, spins: jax.Array) -> jax.Array:
    """The value of every term in every configuration.

    Args:
        spins: float64 (N, C), entries +-1.

    Returns:
        float64 (T, C).
    """
    values = jnp.broadcast_to(terms.coefficient[:, None], (terms.coefficient.shape[0], spins.shape[1]))
    if terms.sites.shape[1]:
        padded = jnp.concatenate([spins, jnp.ones((1, spins.shape[1]), spins.dtype)])
        values = values * padded[terms.sites].prod(axis=1)
    return values
