"""The feed-forward network with one hidden layer: log psi(s) = sum_h relu((s W + b)_h), by default without biases b.

The flip path here is that of a `hidden_layer` without biases; `ffnn_bias` makes of it the one with biases.

The derivatives O_ih = s_i [z_h > 0] are in {-1, 0, 1}: their Gram matrices are counts of bits. For a full mask the
sample-space one is the elementwise product of two small ones, (s s^T) o (A A^T) with A = [z > 0]; for any mask its
product with a vector is two matrix products of the size of the forward pass.
"""

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

from sparse_nqs.networks.contract import (
    FlipPath,
    FlipSchedule,
    LogDerivatives,
    Network,
    Params,
    SampleGram,
    one_by_one,
)
from sparse_nqs.networks.ffnn_bias import FfnnPath, FfnnWalkers, with_biases
from sparse_nqs.networks.ffnn_mask import MASKING, FfnnMask
from sparse_nqs.networks.hidden_layer import PreActivations, hidden_layer, layer_schedule
from sparse_nqs.networks.initialisers import initialiser
from sparse_nqs.networks.products import column_sums, upper_covariance
from sparse_nqs.networks.sign_bits import SignBits, packed
from sparse_nqs.runtime import require_pinned

if TYPE_CHECKING:
    from flax import linen as nn

# If fewer than one weight in this many survives, gathering derivatives costs less than the product for all.
_FEW = 40
# Below this many weights, compiling a program for each pattern of them does not pay.
_SMALL = 4096


def schedule(structure: FfnnMask, flips: np.ndarray, together: bool) -> FlipSchedule:
    """See `Flips.schedule`."""
    if structure.mask.size <= _SMALL:
        return (one_by_one(flips),)
    return layer_schedule(np.asarray(structure.mask) > 0, flips, together, pad_rows=True)


def numbers_per_configuration(structure: FfnnMask) -> int:
    """See `Flips.numbers_per_configuration`; the units that single flips side by side are connected to."""
    n_sites, n_units = structure.mask.shape
    (rows,) = schedule(structure, np.arange(n_sites)[:, None], False)
    return int(np.prod(rows.details[0].shape[1:])) if rows.details else n_units


def _is_active(cache: PreActivations) -> jax.Array:
    """[z > 0] as float32 (H', C)."""
    return (cache.z > 0).astype(jnp.float32)


def log_derivatives(walkers: FfnnWalkers) -> jax.Array:
    """See `LogDerivatives.log_derivatives`; float32, in which the entries -1, 0 and 1 are exact."""
    _, structure, cache, spins = walkers
    rows = spins.astype(jnp.float32)[structure.site] * _is_active(cache)[structure.unit]
    return rows * structure.valid.astype(jnp.float32)[:, None]


def sign_bits(walkers: FfnnWalkers) -> SignBits:
    """See `LogDerivatives.sign_bits`."""
    _, structure, cache, spins = walkers
    # Packed before they are gathered, a thirty-second of the numbers.
    nonzero = packed(cache.z > 0)[structure.unit]
    nonzero = jnp.where(structure.valid[:, None] > 0, nonzero, 0)
    return SignBits(nonzero, packed(spins < 0)[structure.site] & nonzero)


def unpruned(walkers: FfnnWalkers, importance: jax.Array | None) -> jax.Array:
    """See `SampleGram.unpruned`; in the dtype of the spins."""
    _, structure, cache, spins = walkers
    n_live = jnp.maximum(structure.mask.max(axis=0).sum(), 1.0) * structure.mask.shape[0]
    share = structure.mask.sum() / n_live
    return upper_covariance(
        jnp.sqrt(share).astype(spins.dtype) * spins, _is_active(cache).astype(spins.dtype), importance
    )


def product(walkers: FfnnWalkers, x: jax.Array) -> jax.Array:
    """See `SampleGram.product`; in the dtype of the spins."""
    _, structure, cache, spins = walkers
    active = _is_active(cache).astype(spins.dtype)
    # The factors that are multiplied elementwise have N rows, and there are fewer spins than units.
    back = ((spins * x.astype(spins.dtype)[None, :]) @ active.T) * structure.mask.astype(spins.dtype)
    return column_sums(spins * (back @ active))


def pullback(walkers: FfnnWalkers, x: jax.Array) -> jax.Array:
    """See `LogDerivatives.pullback`."""
    _, structure, cache, spins = walkers
    if structure.site.shape[0] * _FEW < structure.mask.size:
        rows = log_derivatives(walkers)
        return rows.astype(x.dtype) @ x
    dense = (spins.astype(x.dtype) * x[None, :]) @ _is_active(cache).astype(x.dtype).T
    return dense[structure.site, structure.unit] * structure.valid.astype(dense.dtype)


FLIP_PATH: FfnnPath = FlipPath(
    MASKING,
    hidden_layer(jax.nn.relu, schedule, numbers_per_configuration, keep_values=False),
    LogDerivatives(
        log_derivatives,
        pullback,
        SampleGram(
            unpruned=unpruned,
            product=product,
            n_unpruned=lambda structure: structure.mask.size,
            unpruned_columns=lambda structure: sum(structure.mask.shape),
        ),
        sign_bits,
    ),
)


BIASED_FLIP_PATH: FfnnPath = with_biases(
    FLIP_PATH, hidden_layer(jax.nn.relu, schedule, numbers_per_configuration, keep_values=False, bias=True)
)


def log_psi(params: Params, sigma: jax.Array) -> jax.Array:
    """Log psi of configurations sigma, +-1 (C, N): (C,), in the dtype of the kernel."""
    hidden = sigma.astype(params["kernel"].dtype) @ params["kernel"]
    if "bias" in params:
        hidden = hidden + params["bias"][None, :]
    return jax.nn.relu(hidden).sum(axis=-1)


def _flax_module(features: int, bias: bool) -> "nn.Module":
    from flax import linen as nn

    class FFNN(nn.Module):
        """One hidden layer of `features` rectified units, summed."""

        features: int
        bias: bool

        @nn.compact
        def __call__(self, sigma: jax.Array) -> jax.Array:
            hidden = nn.Dense(self.features, use_bias=self.bias, param_dtype=jnp.float64, name="hidden")
            return nn.relu(hidden(sigma)).sum(axis=-1)

    return FFNN(features, bias)


def build(network: dict, shapes: dict[str, tuple[int, ...]]) -> Network:
    """The FFNN; all weights of the kernel are prunable, and no bias.

    Args:
        network: `init_std`; if given `init` (default "normal"), the kernel's `initialiser`.
        shapes: of "kernel", (N, H), and of "bias", (H,), if there are biases.
    """
    n_sites, features = shapes["kernel"]
    bias = "bias" in shapes
    start = initialiser(network.get("init", "normal"), network["init_std"])

    def init(key: jax.Array) -> Params:
        require_pinned(key)
        zeros = {name: jnp.zeros(shape) for name, shape in shapes.items()}
        return zeros | {"kernel": start(key, shapes["kernel"], jnp.float64)}

    return Network(
        kind="ffnn",
        n_sites=n_sites,
        shapes=shapes,
        prunable=("kernel",),
        init=init,
        log_psi=log_psi,
        flax_module=lambda: _flax_module(features, bias),
        to_flax=lambda params: {"hidden": {name: params[name] for name in shapes}},
        flip_path=BIASED_FLIP_PATH if bias else FLIP_PATH,
    )
