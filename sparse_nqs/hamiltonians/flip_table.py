"""The flip table: a real Pauli-string Hamiltonian as arrays.

In the Z basis, s_i = +-1, a Pauli string connects s with exactly one configuration s' = s flipped on a set A of
sites (its X and Y factors), and its matrix element is a coefficient times a product of s_i over another set (its
Z and Y factors). Grouping the strings by A gives

    E_loc(s) = D(s) + sum_A a_A(s) psi(s flipped on A) / psi(s),
    D(s), a_A(s) = sum_t c_t prod_(i in Z_t) s_i,

which is all that sampling, exact summation and exact diagonalisation need to know of the Hamiltonian.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from netket.operator import DiscreteOperator

# Spins whose signs are all tried in the search for positive matrix elements.
_MOST_ENUMERATED = 16


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
        k = int(largest.argmax())
        return k if largest[k] > 1e-12 * np.abs(self.term_coefficient).max() else None

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
        ValueError: if the matrix in the Z basis is not real, or there is no string.
    """
    if len(strings) == 0:
        raise ValueError("the Hamiltonian has no terms")
    letters = np.array([list(word) for word in strings])
    flips = (letters == "X") | (letters == "Y")
    signs = (letters == "Z") | (letters == "Y")
    # <s| Y |-s> = -i s on one site, see the module's docstring for the rest.
    values = np.asarray(coefficients, dtype=complex) * (-1j) ** (letters == "Y").sum(axis=1)

    collected: dict[tuple[bytes, bytes], complex] = {}
    for flip, sign, value in zip(flips, signs, values, strict=True):
        key = (flip.tobytes(), sign.tobytes())
        collected[key] = collected.get(key, 0.0) + value
    scale = max(abs(value) for value in collected.values())
    collected = {key: value for key, value in collected.items() if abs(value) > 1e-14 * scale}
    if any(abs(value.imag) > 1e-12 * scale for value in collected.values()):
        raise ValueError("the Hamiltonian has complex matrix elements; only real ones can be run")

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


def compile_operator(operator: "DiscreteOperator") -> FlipTable:
    """Compile a NetKet operator on spin-1/2 sites to a flip table.

    Args:
        operator: a `netket.operator.PauliStrings`, or any operator with `to_pauli_strings()` or
            `to_local_operator()`, such as `Ising` and `LocalOperator`.

    Raises:
        ValueError: if the operator cannot be written as Pauli strings, or is not real in the Z basis.
    """
    if not (hasattr(operator, "operators") and hasattr(operator, "weights")):
        if hasattr(operator, "to_local_operator"):
            operator = operator.to_local_operator()
        if not hasattr(operator, "to_pauli_strings"):
            raise ValueError(
                f"{type(operator).__name__} cannot be written as Pauli strings; allowed is an operator with "
                "to_pauli_strings(), such as netket.operator.PauliStrings or LocalOperator"
            )
        operator = operator.to_pauli_strings()
    return compile_pauli_strings([str(word) for word in operator.operators], np.asarray(operator.weights))
