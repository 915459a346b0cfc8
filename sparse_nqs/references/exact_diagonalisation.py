"""Exact diagonalisation without a matrix: Lanczos on `full_space.hamiltonian_product`, one state after another.

The ground state comes from the plain three-term recurrence of C. Lanczos, J. Res. Natl. Bur. Stand. 45, 255 (1950),
done twice: once for the coefficients of the ground state in the Krylov space, and once more, the same to the last
bit, to add up its vectors. So six vectors of the size of the space exist at a time, start and diagonal among them,
and never the whole Krylov space: 48 bytes a configuration, 50 MB at 20 spins and 1.6 GB at 25. The loss of
orthogonality makes copies of states that have converged and does no harm to the lowest one (C. C. Paige, Linear
Algebra Appl. 34, 235 (1980)). The next state is the lowest one orthogonal to those that are known: every product is
projected there, so that no copy of a known state comes back, and a degenerate level is found member by member.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.linalg import eigh_tridiagonal

from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians import FlipTable, full_space

_MOST_STEPS = 3000
# Of the accuracy asked for: an off-diagonal element below is rounding, and the space is exhausted.
_ROUNDING = 1e-2

Product = Callable[[np.ndarray], np.ndarray]


class Ground(NamedTuple):
    """The lowest states of a Hamiltonian on N spins.

    Attributes:
        energies: float64 (n_states,), ascending, in the Hamiltonian's units.
        residuals: float64 (n_states,), |H v - E v|; an eigenvalue lies within this distance of the energy.
        vectors: float64 (n_states, 2^N), normalised, the largest entry of each positive.
    """

    energies: np.ndarray
    residuals: np.ndarray
    vectors: np.ndarray

    @property
    def energy(self) -> float:
        """The lowest energy."""
        return float(self.energies[0])

    @property
    def residual(self) -> float:
        """The residual norm of the lowest state."""
        return float(self.residuals[0])

    @property
    def vector(self) -> np.ndarray:
        """The lowest state, float64 (2^N,)."""
        return self.vectors[0]


def ground_state(
    table: FlipTable, *, n_states: int = 1, tolerance: float = 1e-12, max_spins: int = 20
) -> Ground:
    """The lowest eigenstates of a flip table.

    The first state of a Hamiltonian without positive off-diagonal elements is sought from the uniform vector, which
    overlaps with its positive ground state and has every symmetry that only permutes configurations; all others from
    fixed pseudo-random vectors. Of a degenerate level that is cut off by `n_states`, the states are some of many.

    Args:
        table: the Hamiltonian.
        n_states: how many states, at least 1 and less than 2^N.
        tolerance: accuracy asked of each state's residual, relative to `FlipTable.rounding_scale`: no energy, which
            may be 0, sets the scale.
        max_spins: the largest N that is accepted. Memory is 48 bytes a configuration for one state and 8 more for
            every other.

    Raises:
        ValueError: if N exceeds `max_spins` or `n_states` is out of range.
        WorkError: if Lanczos does not converge.
    """
    check_size(table, max_spins)
    dimension = 2**table.n_sites
    if not 1 <= n_states < dimension:
        raise ValueError(
            f"n_states is {n_states}; allowed are 1 to {dimension - 1} for {table.n_sites} spins"
        )
    multiply = full_space.hamiltonian_product(table)
    vectors: list[np.ndarray] = []
    for _ in range(n_states):
        vector = next_state(table, multiply, vectors, tolerance)
        if vector is None:
            raise WorkError(f"exact diagonalisation did not converge in {_MOST_STEPS} Lanczos steps")
        vectors.append(vector)
    energies, residuals = np.transpose([rayleigh(multiply, vector) for vector in vectors])
    for vector in vectors:
        if vector[np.abs(vector).argmax()] < 0.0:
            np.negative(vector, out=vector)
    if n_states == 1:
        return Ground(energies, residuals, vectors[0][None, :])
    order = np.argsort(energies, kind="stable")
    return Ground(energies[order], residuals[order], np.stack([vectors[k] for k in order]))


def check_size(table: FlipTable, max_spins: int) -> None:
    """Refuse more spins than are allowed.

    Raises:
        ValueError: if N exceeds `max_spins`.
    """
    if table.n_sites > max_spins:
        raise ValueError(
            f"exact diagonalisation of {table.n_sites} spins refused; at most {max_spins} are allowed"
        )


def next_state(
    table: FlipTable, multiply: Product, known: Sequence[np.ndarray], tolerance: float
) -> np.ndarray | None:
    """The lowest state orthogonal to those that are known, float64 (2^N,); None if Lanczos does not converge.

    Args:
        table: the Hamiltonian.
        multiply: its product with a vector.
        known: orthonormal eigenstates, float64 (2^N,) each, fewer than 2^N.
        tolerance: as for `ground_state`.
    """
    if not known and table.is_stoquastic():
        start = np.ones(2**table.n_sites)
    else:
        start = np.random.default_rng(len(known)).standard_normal(2**table.n_sites)
    accuracy = tolerance * table.rounding_scale

    def product(vector: np.ndarray) -> np.ndarray:
        return _without(known, multiply(vector))

    # Project once more: the first projection leaves rounding errors on the scale of the part that it removed.
    start = _without(known, _without(known, start))
    weights = _weights(product, start, accuracy)
    if weights is None:
        return None
    state = np.zeros_like(start)
    for weight, (vector, _, _) in zip(weights, _krylov(product, start, accuracy), strict=False):
        for rows in full_space.chunks(state.size):
            state[rows] += weight * vector[rows]
    state = _without(known, state)
    state /= np.sqrt(full_space.dot(state, state))
    return state


def _without(known: Sequence[np.ndarray], vector: np.ndarray) -> np.ndarray:
    """The vector, in place, without its components along orthonormal ones."""
    for other in known:
        overlap = full_space.dot(other, vector)
        for rows in full_space.chunks(vector.size):
            vector[rows] -= overlap * other[rows]
    return vector


def rayleigh(multiply: Product, vector: np.ndarray) -> tuple[float, float]:
    """The energy of a normalised vector and the norm of its residual."""
    product = multiply(vector)
    energy = full_space.dot(vector, product)
    squares = (
        np.sum((product[rows] - energy * vector[rows]) ** 2) for rows in full_space.chunks(vector.size)
    )
    return energy, float(np.sqrt(sum(squares)))


def _krylov(
    multiply: Product, start: np.ndarray, accuracy: float
) -> Iterator[tuple[np.ndarray, float, float]]:
    """The Lanczos vectors with the diagonal and the lower off-diagonal element that belong to them.

    A vector is overwritten when the next but one is asked for. The iteration ends where the space is exhausted.
    """
    vector = start / np.sqrt(full_space.dot(start, start))
    before, beta = np.zeros_like(vector), 0.0
    while True:
        product = multiply(vector)
        alpha = full_space.dot(vector, product)
        for rows in full_space.chunks(vector.size):
            product[rows] -= alpha * vector[rows] + beta * before[rows]
        beta = np.sqrt(full_space.dot(product, product))
        yield vector, alpha, beta
        if beta <= _ROUNDING * accuracy:
            return
        product /= beta
        before, vector = vector, product


def _weights(multiply: Product, start: np.ndarray, accuracy: float) -> np.ndarray | None:
    """The lowest state in the smallest Krylov space that holds it: its components along the Lanczos vectors (K,)."""
    alphas: list[float] = []
    betas: list[float] = []
    for _, alpha, beta in _krylov(multiply, start, accuracy):
        alphas.append(alpha)
        betas.append(beta)
        _, weights = eigh_tridiagonal(alphas, betas[:-1], select="i", select_range=(0, 0))
        if abs(beta * weights[-1, 0]) <= accuracy:
            break
        if len(alphas) == _MOST_STEPS:
            return None
    return weights[:, 0]
