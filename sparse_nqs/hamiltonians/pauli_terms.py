"""A NetKet operator as Pauli strings, with every coefficient that it was given.

NetKet 3.23 leaves out small terms by absolute measures: strings of 1e-8 or less when a `PauliStrings` is made, and a
whole `LocalOperator` that is multiplied by 1e-10 or less. In small units that gives another Hamiltonian. Here a
coefficient counts as zero only if it is the rounding of the numbers in its sum.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from netket.operator import DiscreteOperator

# A sum is rounding if it is below this part of its summands. Sums of a few numbers are good to a few 2^-53.
ROUNDING = 16 * float(np.finfo(np.float64).eps)


@contextmanager
def every_term() -> Iterator[None]:
    """A context in which NetKet keeps even the smallest terms of operators that it makes, adds or multiplies.

    Raises:
        ImportError, AttributeError: with a NetKet that does not leave them out where 3.23 does.
    """
    from netket.operator._local_operator.base import LocalOperatorBase
    from netket.operator._pauli_strings import base as pauli_strings

    reduce, cutoff = pauli_strings._reduce_pauli_string, LocalOperatorBase.mel_cutoff
    pauli_strings._reduce_pauli_string = _reduce
    LocalOperatorBase.mel_cutoff = property(lambda self: 0.0, cutoff.fset)
    try:
        yield
    finally:
        pauli_strings._reduce_pauli_string = reduce
        LocalOperatorBase.mel_cutoff = cutoff


def pauli_terms(operator: "DiscreteOperator") -> tuple[list[str], np.ndarray]:
    """The Pauli strings of an operator on spins 1/2, a string maybe more than once.

    Args:
        operator: a `netket.operator.PauliStrings` or `LocalOperator`, one with `to_local_operator()` such as `Ising`,
            or a sum of these.

    Returns:
        Words of I, X, Y and Z, and their coefficients, complex128 (number of words,).

    Raises:
        ValueError: if the operator is of another kind, or an element of one of its matrices is not finite.
    """
    if hasattr(operator, "operators") and hasattr(operator, "weights"):
        return [str(word) for word in operator.operators], np.asarray(operator.weights, dtype=complex)
    if hasattr(operator, "operators") and hasattr(operator, "coefficients"):
        parts = [pauli_terms(part) for part in operator.operators]
        factors = np.asarray(operator.coefficients, dtype=complex)
        coefficients = [factor * weights for factor, (_, weights) in zip(factors, parts, strict=True)]
        return [word for words, _ in parts for word in words], np.concatenate(coefficients)
    if hasattr(operator, "to_local_operator"):
        with every_term():
            operator = operator.to_local_operator()
    if not hasattr(operator, "acting_on"):
        raise ValueError(
            f"{type(operator).__name__} cannot be written as Pauli strings; allowed are netket.operator.PauliStrings, "
            "LocalOperator, what becomes one by to_local_operator(), such as Ising, and sums of these"
        )
    return _local_terms(operator)


def _local_terms(operator: Any) -> tuple[list[str], np.ndarray]:
    """The strings of a `LocalOperator`: a constant and matrices on a few sites each."""
    n_sites = operator.hilbert.size
    constant = complex(operator.constant)
    words, coefficients = (["I" * n_sites], [constant]) if constant else ([], [])
    for sites, matrix in zip(operator.acting_on, operator.operators, strict=True):
        dense = np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix, dtype=complex)
        # NaN is above no bound, so that it would pass for rounding.
        if not np.isfinite(dense).all():
            where = ", ".join(str(int(site)) for site in sites)
            raise ValueError(
                f"the matrix on sites {where} has an element {dense[~np.isfinite(dense)][0]}; allowed are finite "
                "numbers"
            )
        for letters, coefficient in _strings_of(dense):
            word = ["I"] * n_sites
            for site, letter in zip(sites, letters, strict=True):
                word[site] = letter
            words.append("".join(word))
            coefficients.append(coefficient)
    return words, np.array(coefficients)


def _strings_of(matrix: np.ndarray) -> Iterator[tuple[str, complex]]:
    """The strings of a matrix, complex (2^k, 2^k), with k letters each, and their coefficients.

    The first letter acts on the most significant bit, whose value 0 is s = 1. In row s the string with X or Y on the
    bits x and Z or Y on the bits z has one element, (-i)^(number of Y) times the product of s over z, in column s ^ x.
    So a fast Walsh-Hadamard transform of those elements over s gives the coefficients of all z.
    """
    size = len(matrix)
    n_letters = size.bit_length() - 1
    rows = np.arange(size)
    for x in range(size):
        elements = matrix[rows, rows ^ x]
        rounding = ROUNDING * np.abs(elements).max()
        for bit in range(n_letters):
            pairs = elements.reshape(-1, 2, 2**bit)
            elements = np.stack([pairs[:, 0] + pairs[:, 1], pairs[:, 0] - pairs[:, 1]], axis=1).ravel()
        for z in range(size):
            value = elements[z] / size * 1j ** ((x & z).bit_count())
            value = complex(*(part if abs(part) > rounding else 0.0 for part in (value.real, value.imag)))
            if value:
                bits = range(n_letters - 1, -1, -1)
                yield "".join("IZXY"[2 * (x >> bit & 1) + (z >> bit & 1)] for bit in bits), value


def _reduce(words: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Replaces NetKet's function: each string once, without those that are zero but for rounding."""
    weights = np.asarray(weights)
    if len(words) == 0:
        return words, weights
    distinct, index = np.unique(words, return_inverse=True)
    if len(distinct) < len(words):
        members = [weights[index == position] for position in range(len(distinct))]
        summed = np.array([group.sum() for group in members], dtype=weights.dtype)
        rounding = ROUNDING * np.array([np.abs(group).sum() for group in members])
        words, weights, kept = distinct, summed, (np.abs(summed) > rounding) | ~np.isfinite(summed)
    else:
        kept = weights != 0
    if not kept.any():
        return np.array(["I" * len(words[0])]), np.zeros(1, weights.dtype)
    return words[kept], weights[kept]
