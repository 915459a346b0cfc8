"""What the samples of several Markov chains say about the chains themselves.

Split R-hat is that of A. Vehtari, A. Gelman, D. Simpson, B. Carpenter, P.-C. Buerkner, Bayesian Analysis 16, 667
(2021), arXiv:1903.08008, without rank normalisation: every chain is cut into halves, so that a drift counts as a
difference between chains, and R-hat = sqrt(V / W) with W the mean variance within a half and V the variance estimate
that also holds the spread of the halves' means.

The integrated autocorrelation time is tau = 1 + 2 sum_t rho_t, with the autocovariance taken about the mean of all
chains and divided by the number of its terms (U. Wolff, Comput. Phys. Commun. 156, 143 (2004), hep-lat/0306017): with
many short chains, means of the single ones would make it too small. The sum is C. J. Geyer's initial monotone
sequence (Statistical Science 7, 473 (1992)): pairs of neighbouring lags as long as they are positive, none above the
one before. The effective sample size is the number of samples over tau.
"""

from typing import NamedTuple

import numpy as np


class Convergence(NamedTuple):
    """How well chains mix, for one measured quantity.

    Attributes:
        autocorrelation_time: tau, in samples of one chain; 1 for independent samples.
        effective_samples: the number of independent samples that would give the same error.
        r_hat: split R-hat, near 1 for chains that have forgotten where they started; infinite if no chain moves but
            they differ.
    """

    autocorrelation_time: float
    effective_samples: float
    r_hat: float


def chain_convergence(values: np.ndarray) -> Convergence | None:
    """From measured values, R samples from each of C chains; None if R is below 4, too few for halves.

    Args:
        values: float64 (R, C).
    """
    if len(values) < 4:
        return None
    # Equal numbers, such as the local energies of an eigenstate, may differ from their mean by rounding.
    if values.min() == values.max():
        return Convergence(1.0, float(values.size), 1.0)
    deviations = values - values.mean()
    tau = _autocorrelation_time(deviations)
    return Convergence(tau, values.size / tau, _split_r_hat(deviations))


def _split_r_hat(values: np.ndarray) -> float:
    rows = len(values) // 2
    # With an odd number of samples the middle one belongs to neither half.
    halves = np.concatenate([values[:rows], values[-rows:]], axis=1)
    moving = halves.min(axis=0) < halves.max(axis=0)
    within = float(np.where(moving, halves.var(axis=0, ddof=1), 0.0).mean())
    between = float(halves.mean(axis=0).var(ddof=1))
    return float(np.sqrt((rows - 1) / rows + between / within)) if within > 0.0 else np.inf


def _autocorrelation_time(deviations: np.ndarray) -> float:
    """Tau in samples, from the deviations from the common mean (R, C)."""
    rows = len(deviations)

    def covariance(lag: int) -> float:
        return float(np.vdot(deviations[: rows - lag], deviations[lag:])) / (deviations[lag:].size)

    variance = covariance(0)
    tau, pair, lag = -1.0, np.inf, 0
    while lag + 1 < rows:
        pair = min(pair, (covariance(lag) + covariance(lag + 1)) / variance)
        if pair <= 0.0:
            break
        tau += 2.0 * pair
        lag += 2
    # Noise must not make anticorrelated samples worth any number of independent ones; the bound is Vehtari et al.'s.
    return max(tau, 1.0 / np.log10(deviations.size))
