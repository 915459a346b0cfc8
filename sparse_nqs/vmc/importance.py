"""Samples of |psi|^p that stand for |psi|^2: importance weights, and the means taken with them.

A configuration sampled with probability |psi|^p gets the weight w = |psi|^(2-p), normalised by the weights' own mean
(self-normalised importance sampling). With p < 2 rare configurations are seen more often and counted less (NetKet's
`machine_pow`, quantax's `reweight`). If p is 2, there are no weights (None), and means are plain.

Centring and scaling the derivatives O (P, C) by the weights is a product with one matrix from the right,

    (O - O w 1^T / C) diag(sqrt(w)) = O A,   A = (1 - w 1^T / C) diag(sqrt(w)),   w of mean 1,

so that S = O A A^T O^T / C and F = O A sqrt(w) (E_loc - <E_loc>) / C. `spread` is A, `collected` its transpose.
"""

from typing import Generic, NamedTuple

import jax
import jax.numpy as jnp

from sparse_nqs.networks.amplitude import log_modulus
from sparse_nqs.networks.contract import CacheT, StructureT, Walkers, WeightsT


class WeightedSamples(NamedTuple, Generic[WeightsT, StructureT, CacheT]):
    """Configurations sampled from |psi|^p.

    Attributes:
        walkers: the configurations, (N, C).
        importance: their weights, float64 (C,); None: all the same.
    """

    walkers: Walkers[WeightsT, StructureT, CacheT]
    importance: jax.Array | None = None


def importance_weights(log_psi: jax.Array, power: jax.Array | float) -> jax.Array:
    """|psi|^(2-p) of samples of |psi|^p, divided by their mean: float64 (C,).

    Args:
        log_psi: (C,).
        power: p.
    """
    exponent = (2.0 - power) * log_modulus(log_psi).astype(jnp.float64)
    # The largest is 1, so that none overflows and their sum is not zero.
    weights = jnp.exp(exponent - exponent.max())
    return weights / weights.mean()


def mean(values: jax.Array, importance: jax.Array | None) -> jax.Array:
    """The mean over the samples, the last axis of (..., C)."""
    return values.mean(axis=-1) if importance is None else values @ importance / values.shape[-1]


def spread(x: jax.Array, importance: jax.Array | None) -> jax.Array:
    """A x (C,): O (A x) is the product with centred and scaled derivatives."""
    if importance is None:
        return x - x.mean()
    x = jnp.sqrt(importance) * x
    return x - importance * x.mean()


def collected(y: jax.Array, importance: jax.Array | None) -> jax.Array:
    """A^T y (C,)."""
    if importance is None:
        return y - y.mean()
    return jnp.sqrt(importance) * (y - mean(y, importance))


def deviations(energies: jax.Array, importance: jax.Array | None) -> jax.Array:
    """sqrt(w) (E_loc - <E_loc>), float64 (C,)."""
    centred = energies - mean(energies, importance)
    return centred if importance is None else jnp.sqrt(importance) * centred


class EnergyEstimate(NamedTuple):
    """What samples say of the energy, float64 () each.

    Attributes:
        energy: the mean of the local energies.
        variance: their variance.
        error: the standard error of the energy, from the spread of the chains; of weighted means by the delta method.
        effective_samples: (sum w)^2 / sum w^2 (L. Kish, Survey Sampling (1965)); without weights the number of samples.
    """

    energy: jax.Array
    variance: jax.Array
    error: jax.Array
    effective_samples: jax.Array


def energy_estimate(energies: jax.Array, importance: jax.Array | None, per_chain: int) -> EnergyEstimate:
    """Energy and variance from local energies float64 (C,), the samples of all chains one draw after another.

    Args:
        per_chain: samples of a chain, which need not be independent; chains are.
    """
    size = len(energies)
    centred = energies - mean(energies, importance)
    if importance is None:
        variance, effective, parts = energies.var(), jnp.full((), float(size)), centred
    else:
        variance = mean(centred**2, importance)
        effective, parts = size / (importance**2).mean(), importance * centred
    of_chains = parts.reshape(per_chain, -1).sum(axis=0)
    return EnergyEstimate(
        mean(energies, importance), variance, jnp.sqrt((of_chains**2).sum()) / size, effective
    )
