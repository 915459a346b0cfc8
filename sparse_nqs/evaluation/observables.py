"""Spin by spin: <X_i>, <Z_i>, <X_i X_j>, <Z_i Z_j> and totals, of a positive state.

Exact, with psi on all configurations: the columns phi_i = X_i psi give <X_i> = psi . phi_i and <X_i X_j> =
phi_i . phi_j, and the columns Z_i psi do the same for Z. All correlators are one matrix product.

Sampled: <X_i X_j> is the mean of `flip_values` for i and j flipped together. These lie between 0 and 1. (The product
of the two single-flip ratios has the same mean and is cheaper. But that mean may rest on configurations that are
never drawn, because psi is small there and not at both neighbours. Any state of one magnetisation is such a case.)
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sparse_nqs.evaluation.exact import normalised
from sparse_nqs.evaluation.sampled import Samples, flip_values
from sparse_nqs.networks import FlipSchedule, Network, Params
from sparse_nqs.networks.contract import CacheT, FlipPath, ProposalT, StructureT, ThetaT, WeightsT
from sparse_nqs.vmc import in_order
from sparse_nqs.vmc.local_energy import log_ratios

KINDS = ("x", "z", "xx", "zz")

# Configurations in one matrix product, and ratios kept at a time (8 bytes each).
_CHUNK = 2**14
_MOST_RATIOS = 2**22


class Observable(NamedTuple):
    """All expectation values of one kind.

    Attributes:
        kind: "x", "z", "xx" or "zz".
        value: float64 (N,), or (N, N) symmetric with ones on the diagonal.
        error: standard errors, of the same shape; zeros where exact.
        total: <sum_i X_i> or <(sum_i X_i)^2>.
        total_error: its standard error.
    """

    kind: str
    value: np.ndarray
    error: np.ndarray
    total: float
    total_error: float


def exact_observables(log_psi: np.ndarray, kinds: tuple[str, ...]) -> list[Observable]:
    """The observables of a positive state.

    Args:
        log_psi: float64 (2^N,), in the order of `hamiltonians.full_space`.
        kinds: of `KINDS`, in any order.
    """
    psi = normalised(log_psi)
    n_sites = psi.size.bit_length() - 1
    bits = 1 << np.arange(n_sites)
    one = {letter: np.zeros(n_sites) for letter in "xz"}
    two = {letter: np.zeros((n_sites, n_sites)) for letter in "xz"}
    letters = {kind[0] for kind in kinds}
    for first in range(0, psi.size, _CHUNK):
        rows = np.arange(first, min(first + _CHUNK, psi.size))
        here = psi[rows]
        if "x" in letters:
            columns = psi[rows[:, None] ^ bits[None, :]]
            one["x"] += here @ columns
            two["x"] += columns.T @ columns
        if "z" in letters:
            columns = here[:, None] * (1.0 - 2.0 * ((rows[:, None] & bits[None, :]) != 0))
            one["z"] += here @ columns
            two["z"] += columns.T @ columns
    found = []
    for kind in kinds:
        value = one[kind] if len(kind) == 1 else two[kind[0]]
        if value.ndim == 2:
            np.fill_diagonal(value, 1.0)  # as X_i^2 = Z_i^2 = 1
        found.append(Observable(kind, value, np.zeros_like(value), float(value.sum()), 0.0))
    return found


def sampled_observables(
    network: Network, params: Params, masks: dict[str, np.ndarray], samples: Samples, kinds: tuple[str, ...]
) -> list[Observable]:
    """Observables and standard errors, from the means of independent chains, at the samples of a state.

    Memory beyond the samples is of the order N^2 for the result, and `_MOST_RATIOS` numbers at work.

    Args:
        masks: bool arrays by the name of each prunable tensor.
        samples: drawn from this state.
        kinds: of `KINDS`, in any order.
    """
    return [
        _collect(
            kind,
            samples.configurations.shape[1],
            _spin_means(samples, kind)
            if kind[0] == "z"
            else _ratio_means(network, params, masks, samples, kind),
        )
        for kind in kinds
    ]


def _groups(kind: str, n_sites: int, n_chains: int) -> Iterator[np.ndarray]:
    """The sites (single spins, or pairs i < j) in parts whose chain means fit in memory: int32 (P, 1 or 2)."""
    every = (
        np.arange(n_sites)[:, None] if len(kind) == 1 else np.stack(np.triu_indices(n_sites, k=1), axis=1)
    ).astype(np.int32)
    rows = max(1, _MOST_RATIOS // n_chains)
    for first in range(0, len(every), rows):
        yield every[first : first + rows]


def _spin_means(samples: Samples, kind: str) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Parts of the sites and the chain means of their products of spins, float64 (P, C)."""
    n_rows, n_sites, n_chains = samples.configurations.shape
    for sites in _groups(kind, n_sites, n_chains):
        total = np.zeros((len(sites), n_chains))
        for row in samples.configurations:
            total += row[sites].prod(axis=1)
        yield sites, total / n_rows


@partial(jax.jit, static_argnames=("path",))
def _mean_ratios(
    weights: WeightsT,
    structure: StructureT,
    spins: jax.Array,
    flips: FlipSchedule,
    *,
    path: FlipPath[ThetaT, WeightsT, StructureT, CacheT, ProposalT],
) -> jax.Array:
    """Means of `flip_values` over the R rows of spins (R, N, C): float64 (K, C)."""

    def add(total: jax.Array, row: jax.Array) -> tuple[jax.Array, None]:
        walkers = path.flips.at(weights, structure, row.astype(jnp.float64))
        return total + flip_values(log_ratios(path.flips, walkers, flips)), None

    start = jnp.zeros((sum(rows.sites.shape[0] * rows.sites.shape[1] for rows in flips), spins.shape[2]))
    return jax.lax.scan(add, start, spins)[0] / spins.shape[0]


def _ratio_means(
    network: Network, params: Params, masks: dict[str, np.ndarray], samples: Samples, kind: str
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Parts of the sites and the chain means of the values of their flips, float64 (P, C)."""
    path = network.flip_path
    structure = path.masking.build_structure(masks)
    weights = path.masking.weights(path.masking.compress(params, structure), structure, jnp.float64)
    _, n_sites, n_chains = samples.configurations.shape
    for sites in _groups(kind, n_sites, n_chains):
        flips = in_order(path.flips, structure, (sites,))
        yield sites, np.asarray(_mean_ratios(weights, structure, samples.configurations, flips, path=path))


def _collect(kind: str, n_sites: int, parts: Iterator[tuple[np.ndarray, np.ndarray]]) -> Observable:
    value, error = (np.zeros((n_sites,) * len(kind)) for _ in range(2))
    totals = np.zeros(1)
    for sites, means in parts:
        index = tuple(sites.T)
        value[index] = means.mean(axis=1)
        error[index] = _standard_error(means)
        totals = totals + means.sum(axis=0)
    if len(kind) == 2:
        value, error = value + value.T, error + error.T
        np.fill_diagonal(value, 1.0)
        totals = n_sites + 2.0 * totals
    return Observable(kind, value, error, float(totals.mean()), float(_standard_error(totals)))


def _standard_error(means: np.ndarray) -> np.ndarray:
    """The standard error of the mean over the last axis, independent chains."""
    return means.std(axis=-1, ddof=1) / np.sqrt(means.shape[-1])
