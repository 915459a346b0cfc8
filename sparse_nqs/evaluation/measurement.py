"""What is measured in a state."""

from typing import NamedTuple

from sparse_nqs.evaluation.convergence import Convergence
from sparse_nqs.hamiltonians import FlipTable


class Estimate(NamedTuple):
    """A number and its standard error; the error of an exact number is 0."""

    value: float
    error: float = 0.0


class Measurement(NamedTuple):
    """Expectation values in one state of N spins.

    Attributes:
        method: "exact" (sum over all configurations) or "sampled".
        energy: <H>, in the Hamiltonian's unit.
        variance: <H^2> - <H>^2, the variance of the local energy.
        m_z: <sum_i Z_i> / N.
        m_z_abs: <|sum_i Z_i|> / N, which a global flip of the spins leaves as it is.
        m_x: <sum_i X_i> / N.
        n_samples: the number of samples; None where exact.
        convergence: how well the chains mix, as the local energy tells; None where exact or if chains are too short.
    """

    method: str
    energy: Estimate
    variance: Estimate
    m_z: Estimate
    m_z_abs: Estimate
    m_x: Estimate
    n_samples: int | None = None
    convergence: Convergence | None = None


# Of the Hamiltonian's `rounding_scale`.
_ROUNDING = 1e-12


def v_score(measured: Measurement, table: FlipTable) -> float | None:
    """N Var(H) / (<H> - Tr H / 2^N)^2 (D. Wu et al., Science 386, 296 (2024), with their E_inf for spins).

    A constant in H changes nothing. None if <H> is Tr H / 2^N to rounding, for example in a state unrelated to H.
    """
    distance = measured.energy.value - table.mean_energy
    if abs(distance) <= _ROUNDING * table.rounding_scale:
        return None
    return table.n_sites * measured.variance.value / distance**2
