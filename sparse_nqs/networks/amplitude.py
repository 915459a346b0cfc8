"""From log psi to psi: what assumes that log psi is real, so that psi is positive.

Probabilities need |psi| alone, and take `log_modulus`: heat-bath acceptance, importance weights, norms. Local energies
need the ratio of two amplitudes with its sign or phase, and take `psi_ratio`. Beside these two, psi > 0 is assumed
where an estimate has psi(s) psi(s') in a mean without a sign: `evaluation.sampled.flip_values`, `evaluation.fidelity`.
"""

from typing import TypeVar

import jax
import jax.numpy as jnp
import numpy as np

ArrayT = TypeVar("ArrayT", jax.Array, np.ndarray)


def log_modulus(log_psi: ArrayT) -> ArrayT:
    """Log |psi|, or the logarithm of the modulus of a ratio: of a real log psi that is log psi itself."""
    return log_psi.real if jnp.iscomplexobj(log_psi) else log_psi


def psi_ratio(log_ratio: jax.Array) -> jax.Array:
    """psi(s') / psi(s) from log psi(s') - log psi(s)."""
    return jnp.exp(log_ratio)
