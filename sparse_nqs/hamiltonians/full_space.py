"""All 2^N configurations at once: the Hamiltonian without a matrix, and magnetisations.

Configurations are numbered so that bit i of the index is 1 where s_i = -1, site 0 the least significant bit. A flip
of the set A is then index XOR mask(A). The work goes through chunks of 2^16 configurations, which stay in the
processor's cache and take no memory to speak of. The high bits of a flip say in which chunk the flipped configurations
are; its low bits reverse axes of that chunk, seen as an array whose axes are runs of neighbouring bits: a view, no
gather and no table of indices.
"""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from sparse_nqs.hamiltonians.flip_table import FlipTable

_CHUNK_BITS = 16


class Magnetisations(NamedTuple):
    """Magnetisations per site: <sum Z>/N, <|sum Z|>/N and <sum X>/N."""

    m_z: float
    m_z_abs: float
    m_x: float


def chunks(size: int) -> Iterator[slice]:
    """The configurations 0 to `size` - 1, with `size` a power of 2, in chunks of equal size."""
    rows = min(size, 2**_CHUNK_BITS)
    for first in range(0, size, rows):
        yield slice(first, first + rows)


def dot(first: np.ndarray, second: np.ndarray) -> float:
    """The scalar product of two float64 vectors (2^N,), pairwise within chunks and without rounding between them.

    BLAS adds up 2^22 equal numbers with a relative error of 5e-12. The vectors of Lanczos would lose that much of
    their orthogonality, and a search at 22 spins then took five times as many steps.
    """
    return math.fsum(float(np.sum(first[rows] * second[rows])) for rows in chunks(first.size))


def hamiltonian_product(table: FlipTable) -> Callable[[np.ndarray], np.ndarray]:
    """The function v -> H v for float64 vectors (2^N,) over all configurations.

    It holds the diagonal, 8 bytes a configuration. The result takes 8 more. Nothing else has that size.
    """
    size, low_bits = 2**table.n_sites, min(table.n_sites, _CHUNK_BITS)
    diagonal = np.zeros(size)
    for rows in chunks(size):
        for coefficient, sites in zip(table.diagonal_coefficient, table.diagonal_sites, strict=True):
            diagonal[rows] += coefficient * sign_products(sites, rows)
    flips = [_flip(flip_set, low_bits) for flip_set in table.flip_sets]

    varying = np.unique(table.term_flip[table.term_sites.any(axis=1)])
    amplitudes = np.bincount(table.term_flip, weights=table.term_coefficient, minlength=table.n_flips)
    # Flips of one amplitude are added up first, so that a chunk is scaled once for all of them.
    constant = {
        amplitude: [flips[k] for k in np.flatnonzero(amplitudes == amplitude) if k not in varying]
        for amplitude in np.unique(np.delete(amplitudes, varying))
    }
    terms = {k: np.flatnonzero(table.term_flip == k) for k in varying}

    def multiply(vector: np.ndarray) -> np.ndarray:
        vector = vector.reshape(-1)
        product = np.empty(size)
        for number, rows in enumerate(chunks(size)):
            product[rows] = diagonal[rows] * vector[rows]
            for amplitude, alike in constant.items():
                total = np.zeros(rows.stop - rows.start)
                for flip in alike:
                    _add_flipped(total, vector, number, flip)
                product[rows] += amplitude * total
            for k, own in terms.items():
                amplitude = sum(
                    table.term_coefficient[t] * sign_products(table.term_sites[t], rows) for t in own
                )
                flipped = np.zeros(rows.stop - rows.start)
                _add_flipped(flipped, vector, number, flips[k])
                product[rows] += amplitude * flipped
        return product

    return multiply


def magnetisations(vector: np.ndarray) -> Magnetisations:
    """Magnetisations per site of a real state on all configurations.

    Args:
        vector: float64 (2^N,), normalised, in the order of the module's docstring.
    """
    n_sites = vector.size.bit_length() - 1
    low_bits = min(n_sites, _CHUNK_BITS)
    flips = [_flip(flip_set, low_bits) for flip_set in np.eye(n_sites, dtype=bool)]
    m_z = m_z_abs = m_x = 0.0
    for number, rows in enumerate(chunks(vector.size)):
        here = vector[rows]
        probability = here**2
        total = n_sites - 2.0 * np.bitwise_count(np.arange(rows.start, rows.stop, dtype=np.uint32))
        m_z += float(probability @ total)
        m_z_abs += float(probability @ np.abs(total))
        flipped = np.zeros(here.size)
        for flip in flips:
            _add_flipped(flipped, vector, number, flip)
        m_x += float(here @ flipped)
    return Magnetisations(m_z / n_sites, m_z_abs / n_sites, m_x / n_sites)


def sign_products(sites: np.ndarray, rows: slice | None = None) -> np.ndarray:
    """The product of s_i over the marked sites, for all configurations or for some: float64 (R,).

    Args:
        sites: bool (N,).
        rows: which configurations; None for all 2^N.
    """
    first, stop = (0, 2**sites.size) if rows is None else (rows.start, rows.stop)
    mask = np.uint32(sum(1 << int(i) for i in np.flatnonzero(sites)))
    parity = np.bitwise_count(np.arange(first, stop, dtype=np.uint32) & mask) & 1
    return 1.0 - 2.0 * parity


class _Flip(NamedTuple):
    """A flip set as chunks see it.

    Attributes:
        chunk: XOR with a chunk's number gives the number of the chunk that its flipped configurations are in.
        shape: the shape of a chunk whose axes are the runs of equal low bits, most significant first.
        reverse: the index that reverses the flipped ones of those axes.
    """

    chunk: int
    shape: tuple[int, ...]
    reverse: tuple[slice, ...]


def _flip(flip_set: np.ndarray, low_bits: int) -> _Flip:
    shape: list[int] = []
    reverse: list[slice] = []
    for flipped in flip_set[:low_bits][::-1].tolist():
        step = slice(None, None, -1 if flipped else None)
        if reverse and reverse[-1] == step:
            shape[-1] *= 2
        else:
            shape.append(2)
            reverse.append(step)
    high = sum(1 << int(i) for i in np.flatnonzero(flip_set[low_bits:]))
    return _Flip(high, tuple(shape), tuple(reverse))


def _add_flipped(total: np.ndarray, vector: np.ndarray, number: int, flip: _Flip) -> None:
    """Add the entries of `vector` at the flipped configurations of chunk `number` to `total`, float64 (R,)."""
    first = (number ^ flip.chunk) * total.size
    total.reshape(flip.shape)[...] += vector[first : first + total.size].reshape(flip.shape)[flip.reverse]
