"""Pauli strings as dense matrices: an implementation to compare with that shares nothing with the package."""

import functools

import numpy as np

PAULI = {
    "I": np.eye(2),
    "X": np.array([[0, 1], [1, 0]]),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1, -1]),
}


def dense_matrix(strings, coefficients):
    """Kronecker products; site 0 is the last factor, so that it is the least significant bit."""
    return sum(
        c * functools.reduce(np.kron, [PAULI[letter] for letter in reversed(word)])
        for word, c in zip(strings, coefficients, strict=True)
    )


def random_strings(n_sites, n_terms, seed):
    """Random real strings: an even number of Y each."""
    generator = np.random.default_rng(seed)
    words = []
    while len(words) < n_terms:
        word = "".join(generator.choice(list("IXYZ"), size=n_sites))
        if word.count("Y") % 2 == 0:
            words.append(word)
    return words, generator.normal(size=n_terms)
