"""The ground level of a Hamiltonian as a whole: its energy, how many states it has, and their mean magnetisations.

One state of a degenerate level is as good as another, and its magnetisations are an accident of the method. The mean
over the level, Tr(P O) / Tr(P) with P the projector on it, is not; it is the limit of zero temperature.
"""

from typing import NamedTuple

import numpy as np

from sparse_nqs.hamiltonians import FlipTable, full_space
from sparse_nqs.hamiltonians.moves import gf2_rank
from sparse_nqs.references import exact_diagonalisation as ed

TOLERANCE = 1e-12
# Levels as near as this, relative to the Hamiltonian's `rounding_scale`, cannot be told apart: ten times the residual
# that is asked of each.
NEAR = 10 * TOLERANCE
# The states that are kept: at most this many, and this many numbers in all, but always a few.
_MOST, _MOST_NUMBERS, _FEW = 32, 2**24, 4


class Multiplet(NamedTuple):
    """The ground level.

    Attributes:
        energy: its energy, in the Hamiltonian's units.
        residual: the residual norm of the lowest state found, a bound of the energy's error.
        degeneracy: the number of states; None if there are more than are searched for, or a search did not converge.
        m_x, m_z: mean magnetisations per site; None where the degeneracy is.
    """

    energy: float
    residual: float
    degeneracy: int | None
    m_x: float | None
    m_z: float | None


def ground_multiplet(table: FlipTable, *, max_spins: int = 20) -> Multiplet:
    """The ground level of a flip table by exact diagonalisation.

    By the theorem of Perron and Frobenius it is a single state where no off-diagonal element is positive and flips
    whose elements are negative everywhere lead from any configuration to any other. Without flips it is read off the
    diagonal. Otherwise states are sought one after another until one lies higher by more than `NEAR`, or by more than
    the residuals of the two.

    Args:
        table: the Hamiltonian.
        max_spins: the largest N that is accepted. Memory is 48 bytes a configuration, and 8 more for each state but
            the first: up to 32 states, at 19 spins and above up to 134 MB of them, but always 4.

    Raises:
        ValueError: if N exceeds `max_spins`.
        WorkError: if Lanczos does not converge.
    """
    near = NEAR * table.rounding_scale
    if table.n_flips == 0:
        ed.check_size(table, max_spins)
        return _classical(table, near)
    ground = ed.ground_state(table, tolerance=TOLERANCE, max_spins=max_spins)
    energy, residual, states = ground.energy, ground.residual, [ground.vector]
    if not has_unique_ground_state(table):
        multiply = full_space.hamiltonian_product(table)
        most = max(_FEW, min(_MOST, _MOST_NUMBERS >> table.n_sites))
        while len(states) < 2**table.n_sites:
            state = ed.next_state(table, multiply, states, TOLERANCE)
            if state is None:
                return Multiplet(energy, residual, None, None, None)
            next_energy, next_residual = ed.rayleigh(multiply, state)
            if next_energy - energy > max(near, residual + next_residual):
                break
            if len(states) == most:
                return Multiplet(energy, residual, None, None, None)
            states.append(state)
    measured = [full_space.magnetisations(state) for state in states]
    m_x, m_z = (float(np.mean([getattr(one, name) for one in measured])) for name in ("m_x", "m_z"))
    return Multiplet(energy, residual, len(states), m_x, m_z)


def has_unique_ground_state(table: FlipTable) -> bool:
    """Whether the theorem of Perron and Frobenius says so; False leaves it open."""
    if not table.is_stoquastic():
        return False
    everywhere = np.ones(table.n_flips, dtype=bool)
    everywhere[table.term_flip[table.term_sites.any(axis=1)]] = False
    amplitudes = np.bincount(table.term_flip, weights=table.term_coefficient, minlength=table.n_flips)
    return gf2_rank(table.flip_sets[everywhere & (amplitudes < 0)]) == table.n_sites


def _classical(table: FlipTable, near: float) -> Multiplet:
    """The ground level of a diagonal Hamiltonian: the configurations of the lowest energy."""
    size = 2**table.n_sites
    energies = full_space.hamiltonian_product(table)(np.ones(size))
    lowest = float(energies.min())
    members = (energies <= lowest + near).astype(np.float64)
    degeneracy = int(members.sum())
    m_z = full_space.magnetisations(np.sqrt(members / degeneracy)).m_z
    return Multiplet(lowest, 0.0, degeneracy, 0.0, m_z)
