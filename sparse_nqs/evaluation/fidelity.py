"""The fidelity of two positive states, F = |<a|b>|^2 / (<a|a> <b|b>).

Sampled: with A = <psi_b/psi_a>_a and B = <psi_a/psi_b>_b, F = A B. Near F = 1 that estimator's error, of order
sqrt(2 F (1 - F) / n), exceeds 1 - F itself; the control variate A B - (A2 B2 - 1) / 2, where A2 and B2 are the means
of the squared ratios and A2 B2 = 1 exactly, removes most of it (A. Sinibaldi et al., Quantum 7, 1131 (2023),
arXiv:2305.14294). Where the states overlap little it does harm: no sample then finds the configurations on which A2
and B2 rest, and the estimate tends to 1/2 with a tiny error. At F = 0.7 it and the plain A B have about the same
error, for product states of 16 to 100 spins and for random ones alike, so the control variate is faded in about there;
a jump would bias the estimate. The error comes from a jackknife over the chains of both states.
"""

import numpy as np

from sparse_nqs.evaluation.measurement import Estimate
from sparse_nqs.hamiltonians import full_space

_CONTROL = -0.5
_FADE_FROM, _FADE_TO = 0.6, 0.8
_Mean = np.ndarray | np.float64


def exact_fidelity(log_psi_a: np.ndarray, log_psi_b: np.ndarray) -> Estimate:
    """From log psi on all configurations, float64 (2^N,) each; nothing else of that size is held."""
    top_a, top_b = log_psi_a.max(), log_psi_b.max()
    overlap = norm_a = norm_b = 0.0
    for rows in full_space.chunks(log_psi_a.size):
        psi_a, psi_b = np.exp(log_psi_a[rows] - top_a), np.exp(log_psi_b[rows] - top_b)
        overlap += float(psi_a @ psi_b)
        norm_a += float(psi_a @ psi_a)
        norm_b += float(psi_b @ psi_b)
    return Estimate(overlap**2 / (norm_a * norm_b))


def _leave_one_out(chain_means: np.ndarray) -> np.ndarray:
    """Means over all chains but one: (C,) -> (C,)."""
    count = len(chain_means)
    return (chain_means.sum() - chain_means) / (count - 1)


def _controlled(a: _Mean, a2: _Mean, b: _Mean, b2: _Mean) -> np.ndarray:
    """A B with as much of the control variate as A B itself calls for."""
    product = a * b
    share = np.clip((product - _FADE_FROM) / (_FADE_TO - _FADE_FROM), 0.0, 1.0)
    return product + _CONTROL * share * (a2 * b2 - 1.0)


def sampled_fidelity(log_ratio_a: np.ndarray, log_ratio_b: np.ndarray) -> Estimate:
    """From the samples of both states, R from each of C chains.

    Args:
        log_ratio_a: log psi_b - log psi_a at the samples of a, float64 (R, C).
        log_ratio_b: log psi_a - log psi_b at the samples of b, float64 (R', C').
    """
    # A common factor of psi_b drops out of F; this choice keeps the exponentials near 1.
    shift = 0.5 * (np.median(log_ratio_a) - np.median(log_ratio_b))
    means = [
        np.exp(power * sign_shifted).mean(axis=0)
        for sign_shifted in (log_ratio_a - shift, log_ratio_b + shift)
        for power in (1.0, 2.0)
    ]

    a, a2, b, b2 = (mean.mean() for mean in means)
    value = _controlled(a, a2, b, b2)
    without_a = _controlled(_leave_one_out(means[0]), _leave_one_out(means[1]), b, b2)
    without_b = _controlled(a, a2, _leave_one_out(means[2]), _leave_one_out(means[3]))
    variance = sum((len(part) - 1) * part.var() for part in (without_a, without_b))
    return Estimate(float(value), float(np.sqrt(variance)))
