"""Exact diagonalisation without a matrix: Lanczos on `full_space.hamiltonian_product`."""

from typing import NamedTuple

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh

from sparse_nqs.hamiltonians import FlipTable, full_space


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
    """The lowest eigenstates of a flip table by implicitly restarted Lanczos.

    One state of a Hamiltonian without positive off-diagonal elements is sought from the uniform vector, which
    overlaps with its positive ground state and has every symmetry that only permutes configurations; all
    other searches start from a fixed pseudo-random vector. Lanczos may return fewer states of a degenerate level
    than there are: it finds copies only as far as rounding reveals them.

    Args:
        table: the Hamiltonian.
        n_states: how many states, at least 1 and less than 2^N.
        tolerance: relative accuracy asked of the eigenvalues.
        max_spins: the largest N that is accepted; memory is about 250 bytes a configuration.

    Raises:
        ValueError: if N exceeds `max_spins` or `n_states` is out of range.
        scipy.sparse.linalg.ArpackNoConvergence: if Lanczos does not converge.
    """
    n_sites = table.n_sites
    if n_sites > max_spins:
        raise ValueError(f"exact diagonalisation of {n_sites} spins refused; at most {max_spins} are allowed")
    dimension = 2**n_sites
    if not 1 <= n_states < dimension:
        raise ValueError(f"n_states is {n_states}; allowed are 1 to {dimension - 1} for {n_sites} spins")

    multiply = full_space.hamiltonian_product(table)
    generator = np.random.default_rng(0)
    if n_states == 1 and table.is_stoquastic():
        start = np.ones(dimension)
    else:
        start = generator.standard_normal(dimension)
    energies, columns = eigsh(
        LinearOperator((dimension, dimension), matvec=multiply, dtype=np.float64),
        k=n_states,
        which="SA",
        v0=start,
        tol=tolerance,
        rng=generator,
    )
    order = np.argsort(energies)
    energies, vectors = energies[order], np.ascontiguousarray(columns.T[order])
    largest = np.abs(vectors).argmax(axis=1)
    vectors *= np.sign(vectors[np.arange(n_states), largest])[:, None]
    residuals = np.array(
        [np.linalg.norm(multiply(v) - e * v) for e, v in zip(energies, vectors, strict=True)]
    )
    return Ground(energies, residuals, vectors)
