"""All 2^N configurations at once: the Hamiltonian without a matrix, and magnetisations.

Configurations are numbered so that bit i of the index is 1 where s_i = -1, site 0 the least significant bit. A flip
of the set A is then index XOR mask(A). Seen as an array whose axes are runs of neighbouring bits, a vector is flipped
on A by reversing the axes that lie in A: a view, no gather and no table of indices.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sparse_nqs.hamiltonians.flip_table import FlipTable


class Magnetisations(NamedTuple):
    """Magnetisations per site: <sum Z>/N, <|sum Z|>/N and <sum X>/N."""

    m_z: float
    m_z_abs: float
    m_x: float


def hamiltonian_product(table: FlipTable) -> Callable[[np.ndarray], np.ndarray]:
    """The function v -> H v for float64 vectors over all 2^N configurations."""
    diagonal = np.zeros(2**table.n_sites)
    for coefficient, sites in zip(table.diagonal_coefficient, table.diagonal_sites, strict=True):
        diagonal += coefficient * sign_products(sites)

    state_dependent = np.zeros(table.n_flips, dtype=bool)
    state_dependent[table.term_flip[table.term_sites.any(axis=1)]] = True
    amplitudes = np.bincount(table.term_flip, weights=table.term_coefficient, minlength=table.n_flips)
    # Sorted by amplitude, so that a vector is scaled once for all flips that share it.
    constant = sorted(
        (amplitude, _reversal(flip_set))
        for amplitude, flip_set, skip in zip(amplitudes, table.flip_sets, state_dependent, strict=True)
        if not skip
    )
    varying = [
        (_reversal(table.flip_sets[k]), np.flatnonzero(table.term_flip == k))
        for k in np.flatnonzero(state_dependent)
    ]

    def multiply(vector: np.ndarray) -> np.ndarray:
        vector = vector.reshape(-1)
        product = diagonal * vector
        scaled_by, scaled = None, vector
        for amplitude, runs in constant:
            if amplitude != scaled_by:
                scaled_by, scaled = amplitude, amplitude * vector
            shaped, flipped = _flipped(scaled, runs)
            product.reshape(shaped)[...] += flipped
        for runs, terms in varying:
            amplitude = sum(table.term_coefficient[t] * sign_products(table.term_sites[t]) for t in terms)
            shaped, flipped = _flipped(vector, runs)
            product.reshape(shaped)[...] += amplitude.reshape(shaped) * flipped
        return product

    return multiply


def magnetisations(vector: np.ndarray) -> Magnetisations:
    """Magnetisations per site of a real state on all configurations.

    Args:
        vector: float64 (2^N,), normalised, in the order of the module's docstring.
    """
    n_sites = vector.size.bit_length() - 1
    probability = vector**2
    total = n_sites - 2.0 * np.bitwise_count(np.arange(vector.size, dtype=np.uint32))
    transverse = 0.0
    for site in range(n_sites):
        pairs = vector.reshape(-1, 2, 2**site)
        transverse += 2.0 * float(np.sum(pairs[:, 0] * pairs[:, 1]))
    return Magnetisations(
        m_z=float(probability @ total) / n_sites,
        m_z_abs=float(probability @ np.abs(total)) / n_sites,
        m_x=transverse / n_sites,
    )


def sign_products(sites: np.ndarray) -> np.ndarray:
    """The product of s_i over the marked sites, for all configurations: float64 (2^N,).

    Args:
        sites: bool (N,).
    """
    mask = np.uint32(sum(1 << int(i) for i in np.flatnonzero(sites)))
    parity = np.bitwise_count(np.arange(2**sites.size, dtype=np.uint32) & mask) & 1
    return 1.0 - 2.0 * parity


def _reversal(flip_set: np.ndarray) -> tuple[tuple[int, bool], ...]:
    """The runs of equal bits, most significant first: (2^length of the run, whether it is flipped)."""
    runs: list[tuple[int, bool]] = []
    for flipped in flip_set[::-1].tolist():
        if runs and runs[-1][1] == flipped:
            runs[-1] = (2 * runs[-1][0], flipped)
        else:
            runs.append((2, flipped))
    return tuple(runs)


def _flipped(vector: np.ndarray, runs: tuple[tuple[int, bool], ...]) -> tuple[tuple[int, ...], np.ndarray]:
    """The shape of the runs, and the vector in that shape with its flipped runs reversed, as a view."""
    shape = tuple(size for size, _ in runs)
    return shape, vector.reshape(shape)[tuple(slice(None, None, -1 if flip else None) for _, flip in runs)]
