"""The fidelity of two positive states, F = |<a|b>|^2 / (<a|a> <b|b>).

Sampled: with y = log(psi_b / psi_a) - c, where e^2c is the ratio of the norms <b|b> and <a|a>, the root of F is the
mean of sech(y) over the samples of both states together, half of the weight on each: 2 sqrt(p q) / (p + q) over
(p + q) / 2, for p = psi_a^2 and q = psi_b^2 normalised. The mean lies between 0 and 1, so a few samples cannot
outweigh the others, and near F = 1 its noise is of order (1 - F) / sqrt(n), as with a control variate. (The product
of the mean ratios psi_b / psi_a over a and psi_a / psi_b over b is an estimate of F, too, but with a relative
variance of (1 / F - 1) / n for each.) c is where the means of q / (p + q) over a and of p / (p + q) over b are equal:
both are the integral of p q / (p + q) (C. H. Bennett, J. Comput. Phys. 22, 245 (1976); X.-L. Meng and W. H. Wong,
Statistica Sinica 6, 831 (1996)).

The error comes from the means of the chains of both states, to first order. It includes the error of c.
"""

import numpy as np
from scipy.optimize import brentq

from sparse_nqs.evaluation.measurement import Estimate
from sparse_nqs.hamiltonians import full_space
from sparse_nqs.networks.amplitude import log_modulus


def exact_fidelity(log_psi_a: np.ndarray, log_psi_b: np.ndarray) -> Estimate:
    """From log psi on all configurations, float64 (2^N,) each; nothing else of that size is held."""
    top_a, top_b = log_modulus(log_psi_a).max(), log_modulus(log_psi_b).max()
    overlap = norm_a = norm_b = 0.0
    for rows in full_space.chunks(log_psi_a.size):
        psi_a, psi_b = np.exp(log_psi_a[rows] - top_a), np.exp(log_psi_b[rows] - top_b)
        overlap += float(psi_a @ psi_b)
        norm_a += float(psi_a @ psi_a)
        norm_b += float(psi_b @ psi_b)
    return Estimate(overlap**2 / (norm_a * norm_b))


def _share(y: np.ndarray) -> np.ndarray:
    """q / (p + q) = 1 / (1 + e^(-2 y)), without overflow."""
    small = np.exp(-2.0 * np.abs(y))
    return np.where(y >= 0.0, 1.0, small) / (1.0 + small)


def _sech(y: np.ndarray) -> np.ndarray:
    """1 / cosh(y), without overflow."""
    small = np.exp(-np.abs(y))
    return 2.0 * small / (1.0 + small**2)


def _norm_ratio(at_a: np.ndarray, at_b: np.ndarray) -> float:
    """c, from log(psi_b / psi_a) at the samples of a and of b."""

    def excess(c: float) -> float:
        return float(_share(at_a - c).mean() - _share(c - at_b).mean())

    low, high = min(at_a.min(), at_b.min()), max(at_a.max(), at_b.max())
    return float(brentq(excess, low - 1.0, high + 1.0, xtol=1e-13))


def sampled_fidelity(log_ratio_a: np.ndarray, log_ratio_b: np.ndarray) -> Estimate:
    """From the samples of both states, R from each of C chains.

    Args:
        log_ratio_a: log psi_b - log psi_a at the samples of a, float64 (R, C).
        log_ratio_b: log psi_a - log psi_b at the samples of b, float64 (R', C').
    """
    at_a, at_b = log_ratio_a, -log_ratio_b
    c = _norm_ratio(at_a, at_b)
    both = at_a - c, at_b - c
    overlap = 0.5 * sum(float(_sech(y).mean()) for y in both)
    # What a change of the difference in `_norm_ratio` does to the overlap, by way of c.
    slope = 0.5 * sum(float((_sech(y) ** 2).mean()) for y in both)
    change = 0.5 * sum(float((_sech(y) * np.tanh(y)).mean()) for y in both)
    by_way_of_c = change / slope if slope > 0.0 else 0.0
    of_chains = [(0.5 * _sech(y) + by_way_of_c * _share(y)).mean(axis=0) for y in both]
    variance = sum(float(means.var(ddof=1)) / len(means) for means in of_chains)
    # An overlap below 1 / n may rest on configurations that are not among n samples.
    variance += ((1.0 - overlap) / (at_a.size + at_b.size)) ** 2
    return Estimate(overlap**2, 2.0 * overlap * np.sqrt(variance) + variance)
