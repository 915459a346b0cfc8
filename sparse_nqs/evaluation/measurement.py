"""What is measured in a state."""

from typing import NamedTuple

from sparse_nqs.evaluation.convergence import Convergence


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
