"""Exact diagonalisation without a matrix: Lanczos on `full_space.hamiltonian_product`.

The ground state comes from the plain three-term recurrence of C. Lanczos, J. Res. Natl. Bur. Stand. 45, 255 (1950),
done twice: once for the coefficients of the ground state in the Krylov space, and once more, the same to the last
bit, to add up its vectors. So six vectors of the size of the space exist at a time, start and diagonal among them,
and never the whole Krylov space: 48 bytes a configuration, 50 MB at 20 spins and 1.6 GB at 25. The loss of
orthogonality makes copies of states that have converged and does no harm to the lowest one (C. C. Paige, Linear
Algebra Appl. 34, 235 (1980)).
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from scipy.linalg import eigh_tridiagonal
from scipy.sparse.linalg import LinearOperator, eigsh

from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians import FlipTable, full_space

_MOST_STEPS = 3000


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

    One state of a Hamiltonian without positive off-diagonal elements is sought from the uniform vector, which
    overlaps with its positive ground state and has every symmetry that only permutes configurations; all
    other searches start from a fixed pseudo-random vector. Of a degenerate level one state is one of many, and
    several may be fewer than there are: Lanczos finds copies only as far as rounding reveals them.

    Args:
        table: the Hamiltonian.
        n_states: how many states, at least 1 and less than 2^N. More than one are found by implicitly restarted
            Lanczos.
        tolerance: accuracy asked of the state's residual, relative to the energy or, if that is smaller, to the
            largest coefficient; of the eigenvalues if there are several.
        max_spins: the largest N that is accepted. Memory is 48 bytes a configuration for one state, about
            250 for several.

    Raises:
        ValueError: if N exceeds `max_spins` or `n_states` is out of range.
        WorkError: if Lanczos does not converge.
    """
    n_sites = table.n_sites
    if n_sites > max_spins:
        raise ValueError(f"exact diagonalisation of {n_sites} spins refused; at most {max_spins} are allowed")
    dimension = 2**n_sites
    if not 1 <= n_states < dimension:
        raise ValueError(f"n_states is {n_states}; allowed are 1 to {dimension - 1} for {n_sites} spins")

    # By a power of two, so that no digit changes and what is small is judged beside the largest coefficient.
    table, unit = _rescaled(table)
    multiply = full_space.hamiltonian_product(table)
    generator = np.random.default_rng(0)
    if n_states == 1:
        uniform = table.is_stoquastic()
        start = np.ones(dimension) if uniform else generator.standard_normal(dimension)
        vectors = _lowest(multiply, start, tolerance)[None, :]
    else:
        _, columns = eigsh(
            LinearOperator((dimension, dimension), matvec=multiply, dtype=np.float64),
            k=n_states,
            which="SA",
            v0=generator.standard_normal(dimension),
            tol=tolerance,
            rng=generator,
        )
        vectors = np.ascontiguousarray(columns.T)
    energies, residuals = np.transpose([_rayleigh(multiply, vector) for vector in vectors])
    for vector in vectors:
        if vector[np.abs(vector).argmax()] < 0.0:
            np.negative(vector, out=vector)
    order = np.argsort(energies)
    return Ground(
        unit * energies[order], unit * residuals[order], vectors[order] if n_states > 1 else vectors
    )


def _rescaled(table: FlipTable) -> tuple[FlipTable, float]:
    """The table in a unit in which its largest coefficient is between 1 and 2, and that unit, a power of two."""
    largest = max(
        np.abs(coefficient).max(initial=0.0)
        for coefficient in (table.term_coefficient, table.diagonal_coefficient)
    )
    unit = 2.0 ** (np.frexp(largest)[1] - 1) if largest else 1.0
    scaled = table._replace(
        term_coefficient=table.term_coefficient / unit,
        diagonal_coefficient=table.diagonal_coefficient / unit,
    )
    return scaled, float(unit)


def _rayleigh(multiply: Callable[[np.ndarray], np.ndarray], vector: np.ndarray) -> tuple[float, float]:
    """The energy of a normalised vector and the norm of its residual."""
    product = multiply(vector)
    energy = float(vector @ product)
    squares = (
        np.sum((product[rows] - energy * vector[rows]) ** 2) for rows in full_space.chunks(vector.size)
    )
    return energy, float(np.sqrt(sum(squares)))


def _krylov(
    multiply: Callable[[np.ndarray], np.ndarray], start: np.ndarray
) -> Iterator[tuple[np.ndarray, float, float]]:
    """The Lanczos vectors with the diagonal and the lower off-diagonal element that belong to them.

    A vector is overwritten when the next but one is asked for. The iteration ends where the space is exhausted.
    """
    vector = start / np.linalg.norm(start)
    before, beta = np.zeros_like(vector), 0.0
    while True:
        product = multiply(vector)
        alpha = float(vector @ product)
        scale = abs(alpha) + beta
        for rows in full_space.chunks(vector.size):
            product[rows] -= alpha * vector[rows] + beta * before[rows]
        beta = float(np.linalg.norm(product))
        yield vector, alpha, beta
        if beta <= 1e-14 * scale:
            return
        product /= beta
        before, vector = vector, product


def _weights(multiply: Callable[[np.ndarray], np.ndarray], start: np.ndarray, tolerance: float) -> np.ndarray:
    """The lowest state in the smallest Krylov space that holds it: its components along the Lanczos vectors (K,)."""
    alphas: list[float] = []
    betas: list[float] = []
    for _, alpha, beta in _krylov(multiply, start):
        alphas.append(alpha)
        betas.append(beta)
        (energy,), weights = eigh_tridiagonal(alphas, betas[:-1], select="i", select_range=(0, 0))
        if abs(beta * weights[-1, 0]) <= tolerance * max(abs(energy), 1.0):
            break
        if len(alphas) == _MOST_STEPS:
            raise WorkError(f"exact diagonalisation did not converge in {_MOST_STEPS} Lanczos steps")
    return weights[:, 0]


def _lowest(multiply: Callable[[np.ndarray], np.ndarray], start: np.ndarray, tolerance: float) -> np.ndarray:
    """The lowest eigenvector that `start` overlaps with, normalised."""
    weights = _weights(multiply, start, tolerance)
    state = np.zeros_like(start)
    for weight, (vector, _, _) in zip(weights, _krylov(multiply, start), strict=False):
        for rows in full_space.chunks(state.size):
            state[rows] += weight * vector[rows]
    state /= np.linalg.norm(state)
    return state
