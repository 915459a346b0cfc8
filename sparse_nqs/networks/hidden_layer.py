"""What networks of one hidden layer share: log psi(s) = sum_h f(z_h), z = s W, for whatever makes up W (N, H).

The pre-activations z are carried along. Flipping a set A of sites changes them by -2 sum_(i in A) s_i W_i, so that a
proposal, and a term of the local energy, costs O(H) and not O(N H): and only as much as the units connected to A,
which are few once weights are pruned, or where the layer is a convolution.

A bias is the weight of one more spin that is always up and never flips: the last row of W, (N + 1, H) then.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from sparse_nqs.networks.contract import FlipRows, Flips, FlipSchedule, StructureT, Walkers, one_by_one
from sparse_nqs.networks.padding import padded_size
from sparse_nqs.networks.products import column_sums

# Above this many flipped sites the change of z is a matrix product instead of a sum of outer products.
_MAX_UNROLLED_SITES = 8
# Flip sets connected to more than this share of the units are given all of them: gathering would cost more.
_MOST_GATHERED = 0.8
# Units gathered at a time, for several flip sets together: enough to hide what a step of a loop costs.
_GATHERED = 256


class PreActivations(NamedTuple):
    """Pre-activations z (H, C), and f(z) where the layer keeps it, otherwise None."""

    z: jax.Array
    values: jax.Array | None


class UnitChanges(NamedTuple):
    """What flipping M sets would do to z and f(z) in K units each.

    Attributes:
        units: int32 (M, K); None for one set and all H units.
        change: of z, (M, K, C) or (1, H, C).
        gain: of f(z), likewise.
    """

    units: jax.Array | None
    change: jax.Array
    gain: jax.Array


# What a network of one hidden layer does when spins flip: its weights are W.
LayerFlips: TypeAlias = Flips[jax.Array, StructureT, PreActivations, UnitChanges]


def with_spin_up(spins: jax.Array) -> jax.Array:
    """Spins (N, C) and one more that is up: (N + 1, C)."""
    return jnp.concatenate([spins, jnp.ones((1, spins.shape[1]), spins.dtype)])


def hidden_layer(
    f: Callable[[jax.Array], jax.Array],
    schedule: Callable[[StructureT, np.ndarray, bool], FlipSchedule],
    numbers_per_configuration: Callable[[StructureT], int],
    *,
    keep_values: bool,
    bias: bool = False,
) -> LayerFlips[StructureT]:
    """A layer of units f, elementwise.

    Args:
        f: with f(0) = 0, so that units without weights need not be there.
        schedule: see `Flips`.
        numbers_per_configuration: likewise.
        keep_values: whether to carry f(z) along, for an f that costs more than to load it.
        bias: whether W has a last row of biases.
    """

    def build_cache(weights: jax.Array, structure: StructureT, spins: jax.Array) -> PreActivations:
        z = weights.T @ (with_spin_up(spins) if bias else spins)
        return PreActivations(z, f(z) if keep_values else None)

    def log_psi(cache: PreActivations) -> jax.Array:
        return column_sums(f(cache.z) if cache.values is None else cache.values)

    def propose(
        walkers: Walkers[jax.Array, StructureT, PreActivations], row: FlipRows
    ) -> tuple[jax.Array, UnitChanges]:
        weights, _, cache, spins = walkers
        sites = row.sites
        signs = -2.0 * spins.at[sites].get(mode="clip")
        if not row.details:
            units, connected, here = None, weights[sites], jax.tree.map(lambda rows: rows[None], cache)
        else:
            (units,) = row.details
            # Padding lies outside and has weight zero: it reads any unit and changes none.
            connected = weights.at[sites[:, :, None], units[:, None, :]].get(mode="fill", fill_value=0.0)
            here = jax.tree.map(lambda rows: rows.at[units].get(mode="clip"), cache)
        if sites.shape[1] == spins.shape[0]:
            change = -2.0 * here.z
            if bias:
                biases = weights[-1][None, :] if units is None else weights[-1].at[units].get(mode="clip")
                change = change + 2.0 * biases[:, :, None]
            if units is not None:
                change = jnp.where((units < weights.shape[1])[:, :, None], change, 0.0)
        elif sites.shape[1] <= _MAX_UNROLLED_SITES:
            change = sum(connected[:, i, :, None] * signs[:, i, None, :] for i in range(sites.shape[1]))
        else:
            change = jnp.einsum("mwk,mwc->mkc", connected, signs)
        gain = f(here.z + change) - (f(here.z) if here.values is None else here.values)
        if len(gain) == 1:
            log_ratios = column_sums(gain[0])[None, :]
        else:
            log_ratios = jnp.einsum("k,mkc->mc", jnp.ones(gain.shape[1], gain.dtype), gain)
        return log_ratios, UnitChanges(units, change, gain)

    def accept(cache: PreActivations, proposal: UnitChanges, accepted: jax.Array) -> PreActivations:
        def add(rows: jax.Array, change: jax.Array) -> jax.Array:
            change = jnp.where(accepted[:, None, :], change, 0.0)
            if proposal.units is None:
                return rows + change[0]
            units = proposal.units.reshape(-1)
            return rows.at[units].add(change.reshape(len(units), -1), mode="drop")

        z = add(cache.z, proposal.change)
        return PreActivations(z, None if cache.values is None else add(cache.values, proposal.gain))

    return Flips(schedule, build_cache, log_psi, propose, accept, numbers_per_configuration)


def layer_schedule(linked: np.ndarray, flips: np.ndarray, together: bool, *, pad_rows: bool) -> FlipSchedule:
    """The schedule of flips for a layer in which some sites and units are connected.

    Args:
        linked: bool (N, H).
        flips: int (K, w).
        together: see `Flips.schedule`.
        pad_rows: whether to pad the rows to a ladder, so that few programs serve masks with different connections.
    """
    flips = np.asarray(flips)
    n_sites, n_units = linked.shape
    connected = linked[flips].any(axis=1)
    width = padded_size(int(connected.sum(axis=1).max(initial=0)), smallest=8, coarse=32)
    if width > _MOST_GATHERED * n_units:
        return (one_by_one(flips),)
    units = np.argsort(~connected, axis=1, kind="stable")[:, :width]
    units = np.where(np.take_along_axis(connected, units, axis=1), units, n_units)
    rows = _independent_rows(connected, width, pad_rows) if together else _ordered_rows(len(flips), width)
    flips = np.concatenate([flips, np.full((1, flips.shape[1]), n_sites)])
    units = np.concatenate([units, np.full((1, width), n_units)])
    sites, units = jax.device_put((flips[rows].astype(np.int32), units[rows].astype(np.int32)))
    return (FlipRows(sites, (units,)),)


def _ordered_rows(n_flips: int, width: int) -> np.ndarray:
    """Flip sets in their order, in rows of a divisor of their number: int (S, M)."""
    most = max(1, _GATHERED // width)
    together = max(m for m in range(1, most + 1) if n_flips % m == 0)
    return np.arange(n_flips).reshape(-1, together)


def _independent_rows(connected: np.ndarray, width: int, pad: bool) -> np.ndarray:
    """Flip sets without common units in a row, each in the first that has room: int (S, M), padded with K."""
    rows: list[list[int]] = []
    taken = np.zeros((0, connected.shape[1]), dtype=bool)
    most = max(1, _GATHERED // max(1, width))
    # So that padding does not add to it.
    most = 1 << (most.bit_length() - 1) if pad else most
    for flip, units in enumerate(connected):
        sizes = np.array([len(row) for row in rows], dtype=int)
        free = np.flatnonzero(~(taken & units).any(axis=1) & (sizes < most))
        if len(free) == 0:
            rows.append([])
            taken = np.concatenate([taken, np.zeros((1, len(units)), dtype=bool)])
            free = np.array([len(rows) - 1])
        rows[free[0]].append(flip)
        taken[free[0]] |= units
    widest = max(map(len, rows))
    if pad:
        widest = padded_size(widest, smallest=1, coarse=32)
        rows += [[]] * (padded_size(len(rows), smallest=1, coarse=32) - len(rows))
    return np.array([row + [len(connected)] * (widest - len(row)) for row in rows])
