"""The feed-forward network with one hidden layer: log psi(s) = sum_h relu((s W + b)_h), by default without biases b.

The flip path here is that of a `hidden_layer` without biases; `ffnn_bias` makes of it the one with biases.

The derivatives O_ih = s_i [z_h > 0] are in {-1, 0, 1}: their Gram matrices are counts of bits. For a full mask the
sample-space one is the elementwise product of two small ones, (s s^T) o (A A^T) with A = [z > 0]; for any mask its
product with a vector is two matrix products of the size of the forward pass.

Hidden units that have lost all their weights contribute relu(0) = 0 and are left out.
"""

from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks.ffnn_bias import with_biases
from sparse_nqs.networks.hidden_layer import Cache, hidden_layer, layer_stages
from sparse_nqs.networks.initialisers import initialiser
from sparse_nqs.networks.padding import padded_size, padded_weights
from sparse_nqs.networks.products import column_sums, upper_covariance
from sparse_nqs.networks.protocol import FlipPath, Kernel, Network, Params, Stages, one_by_one
from sparse_nqs.networks.sign_bits import SignBits, packed
from sparse_nqs.runtime import require_pinned

if TYPE_CHECKING:
    from flax import linen as nn

# If fewer than one weight in this many survives, gathering derivatives costs less than the product for all.
_FEW = 40
# Below this many weights, compiling a program for each pattern of them does not pay.
_SMALL = 4096


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


def build_structure(masks: dict[str, np.ndarray]) -> Structure:
    """See `FlipPath.build_structure`."""
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

    return Structure(
        units=pad(live, columns, jnp.int32),
        mask=jax.device_put(kept),
        site=pad(site, rows, jnp.int32),
        unit=pad(unit, rows, jnp.int32),
        valid=pad(np.ones(len(site)), rows, jnp.float64),
    )


def compress(params: Params, structure: Structure) -> jax.Array:
    """See `FlipPath.compress`; theta is the kernel of the kept units, (N, H')."""
    kept = np.asarray(params["kernel"])[:, np.asarray(structure.units)]
    return jax.device_put(np.where(np.asarray(structure.mask) > 0, kept, 0.0))


def expand(theta: jax.Array, structure: Structure, masks: dict[str, np.ndarray]) -> Params:
    """See `FlipPath.expand`."""
    mask = np.asarray(masks["kernel"], dtype=bool)
    live = np.flatnonzero(mask.any(axis=0))
    kernel = np.zeros(mask.shape)
    kernel[:, live] = np.asarray(theta)[:, : len(live)]
    return {"kernel": jax.device_put(np.where(mask, kernel, 0.0))}


def stages(structure: Structure, flips: np.ndarray, together: bool) -> Stages:
    """See `FlipPath.stages`."""
    if structure.mask.size <= _SMALL:
        return (one_by_one(flips),)
    return layer_stages(np.asarray(structure.mask) > 0, flips, together, pad_rows=True)


def numbers_per_configuration(structure: Structure) -> int:
    """See `FlipPath.numbers_per_configuration`; the units that single flips side by side are connected to."""
    n_sites, n_units = structure.mask.shape
    (stage,) = stages(structure, np.arange(n_sites)[:, None], False)
    return n_units if isinstance(stage.details, tuple) else int(np.prod(stage.details.shape[1:]))


LAYER = hidden_layer(jax.nn.relu, keep_values=False)


def _is_active(cache: Cache) -> jax.Array:
    """[z > 0] as float32 (H', C)."""
    return (cache.z > 0).astype(jnp.float32)


def log_derivatives(weights: jax.Array, structure: Structure, cache: Cache, spins: jax.Array) -> jax.Array:
    """See `FlipPath.log_derivatives`; float32, in which the entries -1, 0 and 1 are exact."""
    rows = spins.astype(jnp.float32)[structure.site] * _is_active(cache)[structure.unit]
    return rows * structure.valid.astype(jnp.float32)[:, None]


def sign_bits(weights: jax.Array, structure: Structure, cache: Cache, spins: jax.Array) -> SignBits:
    """See `FlipPath.sign_bits`."""
    # Packed before they are gathered, a thirty-second of the numbers.
    nonzero = packed(cache.z > 0)[structure.unit]
    nonzero = jnp.where(structure.valid[:, None] > 0, nonzero, 0)
    return SignBits(nonzero, packed(spins < 0)[structure.site] & nonzero)


def unpruned(
    weights: jax.Array,
    structure: Structure,
    cache: Cache,
    spins: jax.Array,
    importance: jax.Array | None = None,
) -> jax.Array:
    """See `Kernel.unpruned`; in the dtype of the spins."""
    n_live = jnp.maximum(structure.mask.max(axis=0).sum(), 1.0) * structure.mask.shape[0]
    share = structure.mask.sum() / n_live
    return upper_covariance(
        jnp.sqrt(share).astype(spins.dtype) * spins, _is_active(cache).astype(spins.dtype), importance
    )


def product(
    weights: jax.Array, structure: Structure, cache: Cache, spins: jax.Array, x: jax.Array
) -> jax.Array:
    """See `Kernel.product`; in the dtype of the spins."""
    active = _is_active(cache).astype(spins.dtype)
    # The factors that are multiplied elementwise have N rows, and there are fewer spins than units.
    back = ((spins * x.astype(spins.dtype)[None, :]) @ active.T) * structure.mask.astype(spins.dtype)
    return column_sums(spins * (back @ active))


def pullback(
    weights: jax.Array, structure: Structure, cache: Cache, spins: jax.Array, x: jax.Array
) -> jax.Array:
    """See `FlipPath.pullback`."""
    if structure.site.shape[0] * _FEW < structure.mask.size:
        rows = log_derivatives(weights, structure, cache, spins)
        return rows.astype(x.dtype) @ x
    dense = (spins.astype(x.dtype) * x[None, :]) @ _is_active(cache).astype(x.dtype).T
    return dense[structure.site, structure.unit] * structure.valid.astype(dense.dtype)


def step(theta: jax.Array, structure: Structure, update: jax.Array) -> jax.Array:
    """See `FlipPath.step`."""
    return theta.at[structure.site, structure.unit].add(update * structure.valid)


FLIP_PATH = FlipPath(
    build_structure=build_structure,
    compress=compress,
    expand=expand,
    stages=stages,
    weights=lambda theta, structure, dtype: theta.astype(dtype),
    **LAYER._asdict(),
    log_derivatives=log_derivatives,
    pullback=pullback,
    step=step,
    n_active=lambda structure: structure.site.shape[0],
    numbers_per_configuration=numbers_per_configuration,
    kernel=Kernel(
        unpruned=unpruned,
        product=product,
        n_unpruned=lambda structure: structure.mask.size,
        unpruned_columns=lambda structure: sum(structure.mask.shape),
    ),
    sign_bits=sign_bits,
)


BIASED_FLIP_PATH = with_biases(FLIP_PATH, hidden_layer(jax.nn.relu, keep_values=False, bias=True))


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


def build(network: dict, lattice: Lattice) -> Network:
    """The FFNN of width alpha N; all weights of the kernel are prunable, and no bias.

    Args:
        network: `alpha`, `init_std`; if given `bias` (default False) and `init` (default "normal"), the kernel's
            `initialiser`.
        lattice: how the spins lie.

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
    bias = network.get("bias", False)
    shapes: dict[str, tuple[int, ...]] = {"bias": (features,)} if bias else {}
    shapes["kernel"] = (n_sites, features)
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
