"""Products of Pauli matrices, such as <X_i> and <Z_i Z_j>, and their totals, of a positive state.

The files of `members.observables` say which are measured.

Exact, with psi on all configurations: the columns phi_i = X_i psi give <X_i> = psi . phi_i and <X_i X_j> =
phi_i . phi_j, and the columns Z_i psi do the same for Z. All pairs are one matrix product.

Sampled: <X_i X_j> is the mean of `flip_values` for i and j flipped together. These lie between 0 and 1. (The product
of the two single-flip ratios has the same mean and is cheaper. But that mean may rest on configurations that are
never drawn, because psi is small there and not at both neighbours. Any state of one magnetisation is such a case.)
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sparse_nqs.evaluation.exact import normalised
from sparse_nqs.evaluation.sampled import Samples, flip_values
from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.members.loading import load
from sparse_nqs.networks import FlipSchedule, Network, Params
from sparse_nqs.networks.contract import CacheT, FlipPath, ProposalT, StructureT, ThetaT, WeightsT
from sparse_nqs.vmc import in_order
from sparse_nqs.vmc.local_energy import log_ratios

# Configurations in one matrix product, products in one, and ratios kept at a time (8 bytes each).
_CHUNK = 2**14
_MOST_PRODUCTS = 2**8
_MOST_RATIOS = 2**22


class Products(NamedTuple):
    """What is measured: products of Pauli matrices.

    Attributes:
        kind: the observable's name in a config.
        letter: "x" or "z".
        sites: int (P, K), the spins of each of P products. All pairs as `every_pair` has them are one matrix product.
    """

    kind: str
    letter: str
    sites: np.ndarray

    @property
    def are_all_pairs(self) -> bool:
        """Whether these are all pairs of spins i <= j."""
        n_sites = int(self.sites.max(initial=-1)) + 1
        return self.sites.shape[1] == 2 and np.array_equal(self.sites, every_pair(n_sites))


class Observable(NamedTuple):
    """All expectation values of one kind.

    Attributes:
        kind: its name.
        sites: int (P, K), as in `Products`.
        value: float64 (P,); 1 for a pair of a spin with itself.
        error: standard errors, float64 (P,); zeros where exact.
        total: of all products; of all pairs <(sum_i X_i)^2>, every pair counted as (i, j) and as (j, i).
        total_error: its standard error.
    """

    kind: str
    sites: np.ndarray
    value: np.ndarray
    error: np.ndarray
    total: float
    total_error: float


def every_spin(n_sites: int) -> np.ndarray:
    """Each spin by itself: int (N, 1)."""
    return np.arange(n_sites)[:, None]


def every_pair(n_sites: int) -> np.ndarray:
    """Each pair of spins i <= j once: int (N (N + 1) / 2, 2)."""
    return np.stack(np.triu_indices(n_sites), axis=1)


def products_of(kinds: Iterable[str], lattice: Lattice) -> list[Products]:
    """What observables measure on a lattice.

    Args:
        kinds: members of `members.observables`.
        lattice: how the spins lie.

    Raises:
        ValueError: if there is no such observable.
    """
    members = {kind: load("observables", kind) for kind in kinds}
    return [Products(kind, member.LETTER, member.sites(lattice)) for kind, member in members.items()]


def exact_observables(log_psi: np.ndarray, measured: Iterable[Products]) -> list[Observable]:
    """The observables of a positive state.

    Args:
        log_psi: float64 (2^N,), in the order of `hamiltonians.full_space`.
        measured: from `products_of`.
    """
    psi = normalised(log_psi)
    n_sites = psi.size.bit_length() - 1
    return [
        _exact_pairs(psi, each, n_sites) if each.are_all_pairs else _exact_products(psi, each)
        for each in measured
    ]


def _exact_pairs(psi: np.ndarray, measured: Products, n_sites: int) -> Observable:
    two = np.zeros((n_sites, n_sites))
    for _, columns in _columns(psi, measured.letter, every_spin(n_sites)):
        two += columns.T @ columns
    np.fill_diagonal(two, 1.0)  # as X_i^2 = Z_i^2 = 1
    value = two[tuple(measured.sites.T)]
    return Observable(measured.kind, measured.sites, value, np.zeros_like(value), float(two.sum()), 0.0)


def _exact_products(psi: np.ndarray, measured: Products) -> Observable:
    value = np.zeros(len(measured.sites))
    for first in range(0, len(value), _MOST_PRODUCTS):
        part = slice(first, first + _MOST_PRODUCTS)
        for here, columns in _columns(psi, measured.letter, measured.sites[part]):
            value[part] += here @ columns
    return Observable(measured.kind, measured.sites, value, np.zeros_like(value), float(value.sum()), 0.0)


def _columns(psi: np.ndarray, letter: str, sites: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Parts of psi, and of the products applied to psi as columns (C, P)."""
    flipped = np.bitwise_xor.reduce(1 << sites, axis=1)
    for first in range(0, psi.size, _CHUNK):
        rows = np.arange(first, min(first + _CHUNK, psi.size))
        here = psi[rows]
        if letter == "x":
            yield here, psi[rows[:, None] ^ flipped[None, :]]
        else:
            minus = np.bitwise_count(rows[:, None] & flipped[None, :]) % 2
            yield here, here[:, None] * (1.0 - 2.0 * minus)


def sampled_observables(
    network: Network,
    params: Params,
    masks: dict[str, np.ndarray],
    samples: Samples,
    measured: Iterable[Products],
) -> list[Observable]:
    """Observables and standard errors, from the means of independent chains, at the samples of a state.

    Memory beyond the samples is of the order of the results and `_MOST_RATIOS` for what is in work.

    Args:
        masks: bool arrays by the name of each prunable tensor.
        samples: drawn from this state.
        measured: from `products_of`.
    """
    return [
        _collect(
            each,
            partial(_spin_means, samples)
            if each.letter == "z"
            else _ratio_means(network, params, masks, samples),
            samples.configurations.shape[2],
        )
        for each in measured
    ]


def _spin_means(samples: Samples, sites: np.ndarray) -> np.ndarray:
    """The chain means of products of spins: float64 (P, C)."""
    n_rows, _, n_chains = samples.configurations.shape
    total = np.zeros((len(sites), n_chains))
    for row in samples.configurations:
        total += row[sites].prod(axis=1)
    return total / n_rows


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
    network: Network, params: Params, masks: dict[str, np.ndarray], samples: Samples
) -> Callable[[np.ndarray], np.ndarray]:
    """What gives the chain means of the values of flips, float64 (P, C), from their sites."""
    path = network.flip_path
    structure = path.masking.build_structure(masks)
    weights = path.masking.weights(path.masking.compress(params, structure), structure, jnp.float64)

    def means(sites: np.ndarray) -> np.ndarray:
        flips = in_order(path.flips, structure, (sites,))
        return np.asarray(_mean_ratios(weights, structure, samples.configurations, flips, path=path))

    return means


def _collect(measured: Products, means_of: Callable[[np.ndarray], np.ndarray], n_chains: int) -> Observable:
    """All products of a kind, in parts whose chain means fit in memory."""
    value, error = np.ones(len(measured.sites)), np.zeros(len(measured.sites))
    # A spin with itself is 1 without a measurement.
    places = np.arange(len(value))
    if measured.are_all_pairs:
        places = np.flatnonzero(measured.sites[:, 0] != measured.sites[:, 1])
    totals = np.zeros(1)
    rows = max(1, _MOST_RATIOS // n_chains)
    for first in range(0, len(places), rows):
        part = places[first : first + rows]
        means = means_of(measured.sites[part].astype(np.int32))
        value[part] = means.mean(axis=1)
        error[part] = _standard_error(means)
        totals = totals + means.sum(axis=0)
    if measured.are_all_pairs:
        totals = len(value) - len(places) + 2.0 * totals
    total, total_error = float(totals.mean()), float(_standard_error(totals))
    return Observable(measured.kind, measured.sites, value, error, total, total_error)


def _standard_error(means: np.ndarray) -> np.ndarray:
    """The standard error of the mean over the last axis, independent chains."""
    return means.std(axis=-1, ddof=1) / np.sqrt(means.shape[-1])
