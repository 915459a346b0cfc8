"""Exact expectation values by summing over all 2^N configurations, up to 25 spins or so.

Four vectors have the size of the space: log psi, psi, the Hamiltonian's diagonal and H psi. They take 32 bytes a
configuration, 34 MB at 20 spins and 1.1 GB at 25. All other work is done in chunks.
"""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from sparse_nqs.evaluation.measurement import Estimate, Measurement
from sparse_nqs.hamiltonians import full_space
from sparse_nqs.networks import Network, Params
from sparse_nqs.networks.amplitude import log_modulus
from sparse_nqs.runtime import require_pinned

# Configurations in one call of the network: 2^13 rows of 1000 hidden units are 64 MB.
_CHUNK = 2**13


@partial(jax.jit, static_argnames=("log_psi", "n_sites", "rows"))
def _chunk_log_psi(
    params: Params,
    first: jax.Array,
    *,
    log_psi: Callable[[Params, jax.Array], jax.Array],
    n_sites: int,
    rows: int,
) -> jax.Array:
    bits = (first + jnp.arange(rows))[:, None] >> jnp.arange(n_sites)[None, :]
    return log_psi(params, 1.0 - 2.0 * (bits & 1).astype(jnp.float64))


def all_log_psi(network: Network, params: Params) -> np.ndarray:
    """Log psi of every configuration, in the order of `hamiltonians.full_space`: float64 (2^N,)."""
    require_pinned()
    n_sites = network.n_sites
    log_psi = np.empty(2**n_sites)
    rows = min(log_psi.size, _CHUNK)
    for first in range(0, log_psi.size, rows):
        log_psi[first : first + rows] = _chunk_log_psi(
            params, first, log_psi=network.log_psi, n_sites=n_sites, rows=rows
        )
    return log_psi


def normalised(log_psi: np.ndarray) -> np.ndarray:
    """Psi of unit norm from log psi, without overflow: float64 (2^N,)."""
    psi = log_psi - log_modulus(log_psi).max()
    np.exp(psi, out=psi)
    psi /= np.linalg.norm(psi)
    return psi


def evaluate_exactly(multiply: Callable[[np.ndarray], np.ndarray], log_psi: np.ndarray) -> Measurement:
    """Measure a positive state given by log psi on all configurations.

    Args:
        multiply: the Hamiltonian, from `full_space.hamiltonian_product`.
        log_psi: float64 (2^N,).
    """
    psi = normalised(log_psi)
    h_psi = multiply(psi)
    energy = float(psi @ h_psi)
    # From the residual: <H^2> - <H>^2 would lose the digits of a small variance.
    variance = sum(
        float(np.sum((h_psi[rows] - energy * psi[rows]) ** 2)) for rows in full_space.chunks(psi.size)
    )
    magnetisations = full_space.magnetisations(psi)
    return Measurement(
        method="exact",
        energy=Estimate(energy),
        variance=Estimate(variance),
        m_z=Estimate(magnetisations.m_z),
        m_z_abs=Estimate(magnetisations.m_z_abs),
        m_x=Estimate(magnetisations.m_x),
    )
