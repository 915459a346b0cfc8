"""Extrapolation of DMRG energies to an eigenstate.

Close to the ground state the energy of a matrix-product state exceeds the ground energy by an amount that is
proportional to the variance <H^2> - <H>^2: both come from the same admixture of excited states. A line through energy
against variance therefore meets zero variance at the ground energy. Unlike the discarded weight, the variance is a
property of the state alone, and does not depend on how the sweeps went (C. Hubig, J. Haegeman, U. Schollwoeck,
Phys. Rev. B 97, 045125 (2018)).
"""

from collections.abc import Sequence
from typing import NamedTuple

# If the law is not quite linear, the rest of the extrapolation falls at least as this power of the variance.
_SLOWEST = 0.75
# Two extrapolations may agree by chance, so the error is never below this part of the correction.
_LEAST_PART = 0.2


class BondDimension(NamedTuple):
    """The result at one bond dimension.

    Attributes:
        bond_dimension: the largest allowed.
        energy: the expectation value of H in the truncated state: an upper bound.
        variance: <H^2> - <H>^2 in that state, 0 where it is lost in rounding.
        truncation_error: the weight discarded in the last sweep, summed over its updates.
        sweeps: sweeps done.
    """

    bond_dimension: int
    energy: float
    variance: float
    truncation_error: float
    sweeps: int


def extrapolate(variances: Sequence[float], energies: Sequence[float]) -> tuple[float, float]:
    """Extrapolate energies linearly to zero variance.

    The line goes through the two largest bond dimensions: earlier points are further from the limit in which the law is
    linear. The result is never above the last energy, a variational bound.

    With three points or more the last one changes the extrapolated energy, by as much as its error fell. If errors
    fall as variance^(3/4) or faster, at most the change / ((variance before / last variance)^(3/4) - 1) is left. The
    error is the larger of that and of a fifth of the correction (from the last energy to the extrapolated one). With
    two points the law cannot be tested: the error is the larger of the whole correction and of the last drop (from the
    last energy but one to the last).

    Args:
        variances: <H^2> - <H>^2 (K,), not negative, for increasing bond dimensions; K at least 2.
        energies: the energies (K,) that belong to them.

    Returns:
        The extrapolated energy and its error, in the units of the energies.

    Raises:
        ValueError: if there are fewer than two points, or the lengths differ.
    """
    if len(energies) < 2 or len(energies) != len(variances):
        raise ValueError(
            "an extrapolation needs as many variances as energies, at least two; "
            f"there are {len(variances)} and {len(energies)}"
        )
    last, drop = float(energies[-1]), abs(float(energies[-2] - energies[-1]))
    energy = _at_zero(variances[-2:], energies[-2:])
    if energy is None:
        # Nothing left to gain, or no line to follow.
        return last, drop
    correction = last - energy
    before = _at_zero(variances[-3:-1], energies[-3:-1]) if len(energies) > 2 else None
    if before is None:
        return energy, max(correction, drop)
    fall = (
        (float(variances[-2]) / float(variances[-1])) ** _SLOWEST - 1.0
        if variances[-1] > 0.0
        else float("inf")
    )
    return energy, max(abs(before - energy) / fall, _LEAST_PART * correction)


def _at_zero(variances: Sequence[float], energies: Sequence[float]) -> float | None:
    """Where the line through two points meets zero variance; None if the second is not better than the first."""
    drop, gained = float(energies[0] - energies[1]), float(variances[0] - variances[1])
    if drop <= 0.0 or gained <= 0.0:
        return None
    return float(energies[1]) - drop * float(variances[1]) / gained
