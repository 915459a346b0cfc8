"""The flip table: a real Pauli-string Hamiltonian as arrays.

In the Z basis, s_i = +-1, a Pauli string connects s with exactly one configuration s' = s flipped on a set A of
sites (its X and Y factors), and its matrix element is a coefficient times a product of s_i over another set (its
Z and Y factors). Grouping the strings by A gives

    E_loc(s) = D(s) + sum_A a_A(s) psi(s flipped on A) / psi(s),
    D(s), a_A(s) = sum_t c_t prod_(i in Z_t) s_i,

Sampling, exact summation and exact diagonalisation need to know no more of the Hamiltonian.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sparse_nqs.hamiltonians.pauli_terms import ROUNDING, pauli_terms

if TYPE_CHECKING:
    from netket.operator import DiscreteOperator

# Spins whose signs are all tried in the search for positive matrix elements.
_MOST_ENUMERATED = 16
# A term that is smaller beside the largest one cannot be told from rounding: energies are good to 1e-12 of theirs.
_RANGE = 1e12
# Single precision, in which networks are trained, has no numbers beyond 1e38, and energies are squared.
_LARGEST, _SMALLEST = 1e15, 1e-15


class FlipTable(NamedTuple):
    """A Hamiltonian of N spins with K distinct flip sets, as NumPy arrays.

    Attributes:
        flip_sets: bool (K, N); row k marks the sites of the k-th flip set, none empty, all different.
        term_flip: int32 (T,); the flip set that off-diagonal term t belongs to, ascending.
        term_coefficient: float64 (T,), in units of the Hamiltonian's energy.
        term_sites: bool (T, N); the sites whose s_i multiply the coefficient of term t.
        diagonal_coefficient: float64 (D,).
        diagonal_sites: bool (D, N).
    """

    flip_sets: np.ndarray
    term_flip: np.ndarray
    term_coefficient: np.ndarray
    term_sites: np.ndarray
    diagonal_coefficient: np.ndarray
    diagonal_sites: np.ndarray

    @property
    def n_sites(self) -> int:
        """The number of spins N."""
        return self.flip_sets.shape[1]

    @property
    def n_flips(self) -> int:
        """The number of distinct flip sets K."""
        return self.flip_sets.shape[0]

    @property
    def mean_energy(self) -> float:
        """Tr H / 2^N: the coefficient of the identity, as all other Pauli strings are traceless."""
        return float(self.diagonal_coefficient[~self.diagonal_sites.any(axis=1)].sum())

    @property
    def energy_bound(self) -> float:
        """The sum of |c_t| over all strings but the identity: every <H> is within it of `mean_energy`."""
        of_diagonal = self.diagonal_coefficient[self.diagonal_sites.any(axis=1)]
        return float(np.abs(of_diagonal).sum() + np.abs(self.term_coefficient).sum())

    @property
    def rounding_scale(self) -> float:
        """|Tr H / 2^N| + `energy_bound`: the size of the numbers that energies are sums of; they round off with it."""
        return abs(self.mean_energy) + self.energy_bound

    def constant_amplitudes(self) -> np.ndarray | None:
        """The amplitude of every flip set, float64 (K,), if none depends on s; otherwise None."""
        if self.term_sites.any():
            return None
        return np.bincount(self.term_flip, weights=self.term_coefficient, minlength=self.n_flips)

    def largest_amplitudes(self) -> np.ndarray:
        """The largest a_A(s) of any configuration for every flip set: float64 (K,).

        Exact where the terms of a flip set depend on at most 16 spins: all their signs are tried. Beyond that the
        sum of |c_t| over the terms that depend on s, added to the constant, bounds it from above.
        """
        largest = np.zeros(self.n_flips)
        for k in range(self.n_flips):
            terms = self.term_flip == k
            coefficient, sites = self.term_coefficient[terms], self.term_sites[terms]
            involved = sites.any(axis=0)
            constant = ~sites.any(axis=1)
            if involved.sum() <= _MOST_ENUMERATED:
                largest[k] = _all_values(coefficient, sites[:, involved]).max()
            else:
                largest[k] = coefficient[constant].sum() + np.abs(coefficient[~constant]).sum()
        return largest

    def positive_flip(self) -> int | None:
        """The flip set with the largest positive amplitude, the strongest off-diagonal element with a sign problem.

        None if no off-diagonal element is positive, so that the ground state can be chosen positive.
        """
        if self.n_flips == 0:
            return None
        largest = self.largest_amplitudes()
        size = np.bincount(self.term_flip, weights=np.abs(self.term_coefficient), minlength=self.n_flips)
        largest[largest <= ROUNDING * size] = 0.0
        k = int(largest.argmax())
        return k if largest[k] > 0.0 else None

    def is_stoquastic(self) -> bool:
        """True if no off-diagonal element is positive; see `largest_amplitudes` for when this is certain."""
        return self.positive_flip() is None

    def is_symmetric(self) -> bool:
        """True if the matrix is symmetric: every a_A(s) is the same before and after the flip of A."""
        shared = (self.term_sites & self.flip_sets[self.term_flip]).sum(axis=1)
        return bool((shared % 2 == 0).all())


def _all_values(coefficient: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """The sum of the terms for all signs of the n spins they depend on, coefficients (T,), sites (T, n): (2^n,)."""
    patterns = np.arange(2 ** sites.shape[1], dtype=np.uint32)
    masks = (sites << np.arange(sites.shape[1], dtype=np.uint32)).sum(axis=1, dtype=np.uint32)
    total = np.zeros(len(patterns))
    for c, mask in zip(coefficient, masks, strict=True):
        total += c * (1.0 - 2.0 * (np.bitwise_count(patterns & mask) & 1))
    return total


def compile_pauli_strings(strings: list[str], coefficients: np.ndarray) -> FlipTable:
    """Compile a sum of Pauli strings to a flip table.

    Args:
        strings: words of I, X, Y and Z, all N letters long; letter i acts on site i.
        coefficients: float or complex (len(strings),).

    Raises:
        ValueError: if the matrix in the Z basis is not real, there is no string, or a coefficient is not finite, too
            large, too small, or so small beside another that rounding hides it.
    """
    if len(strings) == 0:
        raise ValueError("the Hamiltonian has no terms")
    for word, coefficient in zip(strings, coefficients, strict=True):
        if not np.isfinite(coefficient):
            raise ValueError(f"the coefficient of {word} is {coefficient}; allowed are finite numbers")
    letters = np.array([list(word) for word in strings])
    flips = (letters == "X") | (letters == "Y")
    signs = (letters == "Z") | (letters == "Y")
    # <s| Y |-s> = -i s on one site, see the module's docstring for the rest.
    values = np.asarray(coefficients, dtype=complex) * (-1j) ** (letters == "Y").sum(axis=1)

    collected = _collect(flips, signs, values)
    if any(value.imag for value in collected.values()):
        raise ValueError("the Hamiltonian has complex matrix elements; only real ones can be run")
    _check_range(collected)

    n_sites = letters.shape[1]
    empty = bytes(n_sites)
    # Ascending by the first flipped site, then by the next: the order of the lattice.
    distinct = sorted({flip for flip, _ in collected if flip != empty}, reverse=True)
    row = {flip: k for k, flip in enumerate(distinct)}
    diagonal = [(value.real, sign) for (flip, sign), value in collected.items() if flip == empty]
    terms = sorted(
        ((row[flip], sign, value.real) for (flip, sign), value in collected.items() if flip != empty),
        key=lambda term: (term[0], term[1]),
    )

    def unpack(rows: list[bytes]) -> np.ndarray:
        return np.frombuffer(b"".join(rows), dtype=bool).reshape(len(rows), n_sites).copy()

    return FlipTable(
        flip_sets=unpack(distinct),
        term_flip=np.array([k for k, _, _ in terms], dtype=np.int32),
        term_coefficient=np.array([value for _, _, value in terms], dtype=np.float64),
        term_sites=unpack([sign for _, sign, _ in terms]),
        diagonal_coefficient=np.array([value for value, _ in diagonal], dtype=np.float64),
        diagonal_sites=unpack([sign for _, sign in diagonal]),
    )


def _collect(flips: np.ndarray, signs: np.ndarray, values: np.ndarray) -> dict[tuple[bytes, bytes], complex]:
    """The sum of the values of equal strings, without sums that are zero but for rounding."""
    sums: dict[tuple[bytes, bytes], complex] = {}
    sizes: dict[tuple[bytes, bytes], float] = {}
    for flip, sign, value in zip(flips, signs, values, strict=True):
        key = (flip.tobytes(), sign.tobytes())
        sums[key] = sums.get(key, 0.0) + value
        sizes[key] = sizes.get(key, 0.0) + abs(value)

    def rounded(part: float, size: float) -> float:
        return part if abs(part) > ROUNDING * size else 0.0

    parts = {
        key: complex(rounded(value.real, sizes[key]), rounded(value.imag, sizes[key]))
        for key, value in sums.items()
    }
    return {key: value for key, value in parts.items() if value}


def _check_range(collected: dict[tuple[bytes, bytes], complex]) -> None:
    """Refuse coefficients with which nothing can be computed; a constant may be arbitrarily small."""
    sizes = {_word(*key): abs(value) for key, value in collected.items()}
    if not sizes:
        return
    largest = max(sizes, key=sizes.__getitem__)
    if not _SMALLEST <= sizes[largest] <= _LARGEST:
        raise ValueError(
            f"the largest coefficient, of {largest}, is {sizes[largest]:.3g}; allowed are {_SMALLEST:g} to "
            f"{_LARGEST:g}, so other units are needed"
        )
    terms = {word: size for word, size in sizes.items() if word.strip("I")}
    smallest = min(terms, key=terms.__getitem__, default=largest)
    if sizes[smallest] < sizes[largest] / _RANGE:
        raise ValueError(
            f"the coefficient {sizes[smallest]:.3g} of {smallest} cannot be told from rounding beside "
            f"{sizes[largest]:.3g} of {largest}; allowed are terms up to a factor of {_RANGE:g} apart, and zero"
        )


def _word(flip: bytes, sign: bytes) -> str:
    """The Pauli string that flips these sites and is multiplied by the spins of those."""
    return "".join("IZXY"[2 * x + z] for x, z in zip(flip, sign, strict=True))


def compile_operator(operator: "DiscreteOperator") -> FlipTable:
    """Compile a NetKet operator on spin-1/2 sites to a flip table, with every coefficient that it has.

    Args:
        operator: see `pauli_terms`. NetKet leaves small terms out when an operator is made, unless that was done
            within `pauli_terms.every_term`, as `build_operator` does.

    Raises:
        ValueError: if the operator cannot be written as Pauli strings, or as `compile_pauli_strings`.
        WorkError: if JAX's options would change numbers: NetKet rounds coefficients to float32 without float64.
    """
    # Only where NetKet, which takes longer, is imported already.
    from sparse_nqs.runtime import require_pinned

    require_pinned()
    return compile_pauli_strings(*pauli_terms(operator))
