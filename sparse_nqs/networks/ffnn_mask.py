"""The pruned kernel of a feed-forward network with one hidden layer, as it is trained.

Hidden units that have lost all their weights contribute relu(0) = 0 and are left out.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike

from sparse_nqs.networks.contract import MaskHandling, Masks, Params
from sparse_nqs.networks.padding import padded_size, padded_weights


class FfnnMask(NamedTuple):
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


def build_structure(masks: Masks) -> FfnnMask:
    """See `MaskHandling.build_structure`."""
    mask = np.asarray(masks["kernel"], dtype=bool)
    live = np.flatnonzero(mask.any(axis=0))
    columns = padded_size(len(live), most=mask.shape[1])
    kept = np.zeros((mask.shape[0], columns))
    kept[:, : len(live)] = mask[:, live]
    site, unit = np.nonzero(kept)
    rows = padded_weights(len(site), most=mask.size)

    def pad(values: np.ndarray, size: int, dtype: DTypeLike) -> jax.Array:
        # Ready before it is on the device, where every small operation is a program.
        return jax.device_put(np.pad(values, (0, size - len(values))).astype(dtype))

    return FfnnMask(
        units=pad(live, columns, jnp.int32),
        mask=jax.device_put(kept),
        site=pad(site, rows, jnp.int32),
        unit=pad(unit, rows, jnp.int32),
        valid=pad(np.ones(len(site)), rows, jnp.float64),
    )


def compress(params: Params, structure: FfnnMask) -> jax.Array:
    """See `MaskHandling.compress`; theta is the kernel of the kept units, (N, H')."""
    kept = np.asarray(params["kernel"])[:, np.asarray(structure.units)]
    return jax.device_put(np.where(np.asarray(structure.mask) > 0, kept, 0.0))


def expand(theta: jax.Array, structure: FfnnMask, masks: Masks) -> Params:
    """See `MaskHandling.expand`."""
    mask = np.asarray(masks["kernel"], dtype=bool)
    live = np.flatnonzero(mask.any(axis=0))
    kernel = np.zeros(mask.shape)
    kernel[:, live] = np.asarray(theta)[:, : len(live)]
    return {"kernel": jax.device_put(np.where(mask, kernel, 0.0))}


def step(theta: jax.Array, structure: FfnnMask, update: jax.Array) -> jax.Array:
    """See `MaskHandling.step`."""
    return theta.at[structure.site, structure.unit].add(update * structure.valid)


MASKING: MaskHandling[jax.Array, jax.Array, FfnnMask] = MaskHandling(
    build_structure=build_structure,
    compress=compress,
    expand=expand,
    weights=lambda theta, structure, dtype: theta.astype(dtype),
    step=step,
    n_active=lambda structure: structure.site.shape[0],
)
