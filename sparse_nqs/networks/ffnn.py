"""The feed-forward network with one hidden layer and no biases: log psi(s) = sum_h relu((s W)_h).

The fast flip path carries the pre-activations z = s W. Flipping a set A of sites changes them by
-2 sum_(i in A) s_i W_i, so that a proposal, and a term of the local energy, costs O(H) and not O(N H).
The derivatives O_ih = s_i [z_h > 0] are in {-1, 0, 1}: their Gram matrices are exact in float32, and for a full mask
the sample-space one is the elementwise product of two small ones, (s s^T) o (A A^T) with A = [z > 0].

Hidden units that have lost all their weights contribute relu(0) = 0 and are left out.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks.padding import padded_size
from sparse_nqs.networks.protocol import FlipPath, Network, Params

# Above this many flipped sites the change of z is a matrix product instead of a sum of outer products.
_MAX_UNROLLED_SITES = 8


class Structure(NamedTuple):
    """A mask's structure: H' live hidden units, P surviving weights, both padded.

    Attributes:
        units: int32 (H',); the hidden units kept, padded with 0.
        mask: float64 (N, H'); 1 where a weight survives, 0 in padded columns.
        site: int32 (P,); the site of each surviving weight, padded with 0.
        unit: int32 (P,); its column among the kept units, padded with 0.
        valid: float64 (P,); 1 for a surviving weight, 0 for padding.
    """

    units: jax.Array
    mask: jax.Array
    site: jax.Array
    unit: jax.Array
    valid: jax.Array


class Cache(NamedTuple):
    """Pre-activations z, float64 (C, H'), and log psi, float64 (C,)."""

    z: jax.Array
    log_psi: jax.Array


def build_structure(masks: dict[str, np.ndarray]) -> Structure:
    """See `FlipPath.build_structure`."""
    mask = np.asarray(masks["kernel"], dtype=bool)
    live = np.flatnonzero(mask.any(axis=0))
    columns = padded_size(len(live))
    kept = np.zeros((mask.shape[0], columns))
    kept[:, : len(live)] = mask[:, live]
    site, unit = np.nonzero(kept)
    rows = padded_size(len(site), coarse=256)

    def pad(values: np.ndarray, size: int, dtype) -> jax.Array:
        return jnp.asarray(np.pad(values, (0, size - len(values))), dtype=dtype)

    return Structure(
        units=pad(live, columns, jnp.int32),
        mask=jnp.asarray(kept, dtype=jnp.float64),
        site=pad(site, rows, jnp.int32),
        unit=pad(unit, rows, jnp.int32),
        valid=pad(np.ones(len(site)), rows, jnp.float64),
    )


def compress(params: Params, structure: Structure) -> jax.Array:
    """See `FlipPath.compress`; theta is the kernel of the kept units, float64 (N, H')."""
    return jnp.asarray(params["kernel"])[:, structure.units] * structure.mask


def expand(theta: jax.Array, structure: Structure, masks: dict[str, np.ndarray]) -> Params:
    """See `FlipPath.expand`."""
    mask = np.asarray(masks["kernel"], dtype=bool)
    live = np.flatnonzero(mask.any(axis=0))
    kernel = np.zeros(mask.shape)
    kernel[:, live] = np.asarray(theta)[:, : len(live)]
    return {"kernel": jnp.asarray(np.where(mask, kernel, 0.0))}


def build_cache(theta: jax.Array, structure: Structure, spins: jax.Array) -> Cache:
    """See `FlipPath.build_cache`."""
    z = spins.T @ theta
    return Cache(z, jax.nn.relu(z).sum(axis=1))


def propose(
    theta: jax.Array, structure: Structure, cache: Cache, spins: jax.Array, sites: jax.Array
) -> tuple[jax.Array, Cache]:
    """See `FlipPath.propose`."""
    n_sites, width = theta.shape[0], sites.shape[0]
    if width == n_sites:
        z = -cache.z
    elif width <= _MAX_UNROLLED_SITES:
        z = cache.z
        for site in sites:
            z = z - (2.0 * spins[site])[:, None] * theta[site][None, :]
    else:
        z = cache.z - 2.0 * spins[sites].T @ theta[sites]
    log_psi = jax.nn.relu(z).sum(axis=1)
    return log_psi - cache.log_psi, Cache(z, log_psi)


def accept(cache: Cache, proposal: Cache, accepted: jax.Array) -> Cache:
    """See `FlipPath.accept`."""
    return Cache(
        jnp.where(accepted[:, None], proposal.z, cache.z),
        jnp.where(accepted, proposal.log_psi, cache.log_psi),
    )


def log_derivatives(theta: jax.Array, structure: Structure, cache: Cache, spins: jax.Array) -> jax.Array:
    """See `FlipPath.log_derivatives`; float32, in which the entries -1, 0 and 1 are exact."""
    active = (cache.z.T > 0).astype(jnp.float32)
    rows = spins.astype(jnp.float32)[structure.site] * active[structure.unit]
    return rows * structure.valid.astype(jnp.float32)[:, None]


def gram(theta: jax.Array, structure: Structure, cache: Cache, spins: jax.Array) -> jax.Array:
    """See `FlipPath.gram`."""
    active = (cache.z > 0).astype(jnp.float32)
    spins = spins.astype(jnp.float32)
    return ((spins.T @ spins) * (active @ active.T)).astype(jnp.float64)


def pullback(
    theta: jax.Array, structure: Structure, cache: Cache, spins: jax.Array, x: jax.Array
) -> jax.Array:
    """See `FlipPath.pullback`."""
    dense = spins @ jnp.where(cache.z > 0, x[:, None], 0.0)
    return dense[structure.site, structure.unit] * structure.valid


def step(theta: jax.Array, structure: Structure, update: jax.Array) -> jax.Array:
    """See `FlipPath.step`."""
    return theta.at[structure.site, structure.unit].add(update * structure.valid)


def n_active(structure: Structure) -> int:
    """See `FlipPath.n_active`."""
    return structure.site.shape[0]


FLIP_PATH = FlipPath(
    build_structure=build_structure,
    compress=compress,
    expand=expand,
    build_cache=build_cache,
    log_psi=lambda cache: cache.log_psi,
    propose=propose,
    accept=accept,
    log_derivatives=log_derivatives,
    gram=gram,
    pullback=pullback,
    step=step,
    n_active=n_active,
)


def log_psi(params: Params, sigma: jax.Array) -> jax.Array:
    """Log psi of configurations sigma, +-1 (C, N); float64 (C,)."""
    return jax.nn.relu(sigma.astype(jnp.float64) @ params["kernel"]).sum(axis=-1)


def _flax_module(features: int):
    from flax import linen as nn

    class FFNN(nn.Module):
        """One hidden layer of `features` rectified units without biases, summed."""

        features: int

        @nn.compact
        def __call__(self, sigma: jax.Array) -> jax.Array:
            hidden = nn.Dense(self.features, use_bias=False, param_dtype=jnp.float64, name="hidden")
            return nn.relu(hidden(sigma)).sum(axis=-1)

    return FFNN(features)


def build(network: dict, lattice: Lattice) -> Network:
    """The FFNN of width alpha N; weights start normal with standard deviation `init_std`.

    Raises:
        ValueError: if alpha N is not a whole number of units.
    """
    n_sites = lattice.n_sites
    width = network["alpha"] * n_sites
    # 1.1 * 10 is not 11 in floating point.
    features = round(width)
    if features < 1 or abs(width - features) > 1e-9 * features:
        raise ValueError(
            f"alpha = {network['alpha']} on {n_sites} spins is not a whole number of hidden units"
        )
    shape = (n_sites, features)

    def init(key: jax.Array) -> Params:
        return {"kernel": network["init_std"] * jax.random.normal(key, shape, dtype=jnp.float64)}

    return Network(
        kind="ffnn",
        n_sites=n_sites,
        shapes={"kernel": shape},
        prunable=("kernel",),
        init=init,
        log_psi=log_psi,
        flax_module=lambda: _flax_module(shape[1]),
        to_flax=lambda params: {"hidden": {"kernel": params["kernel"]}},
        flip_path=FLIP_PATH,
    )
