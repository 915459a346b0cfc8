"""The shallow CNN: one k x k convolution to F channels, gelu, sum over cells and channels.

Its flip path is that of a `hidden_layer` whose units are the output cells' channels: a flip touches k^2 cells, and
flips that have no cell in common are proposed together. W (N, T F) repeats the kernel for each of T output cells, and
every weight of the kernel stays in the arrays, pruned or not: one program serves all masks. Biases are a last row of W.
"""

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen as nn
from jax.typing import DTypeLike

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks.contract import (
    FlipPath,
    FlipSchedule,
    LogDerivatives,
    MaskHandling,
    Masks,
    Network,
    Params,
    Walkers,
)
from sparse_nqs.networks.convolution import (
    Convolution,
    ConvolutionOptions,
    connections,
    image,
    is_small,
    options_of,
)
from sparse_nqs.networks.flax_network import flax_network
from sparse_nqs.networks.hidden_layer import PreActivations, UnitChanges, hidden_layer, layer_schedule
from sparse_nqs.networks.products import column_sums

_KERNEL, _BIAS = "conv/kernel", "conv/bias"


class CNN(nn.Module):
    """See the module.

    Attributes:
        shape: (L, M, spins a cell); each spin of a cell is an input channel.
        convolution: its options.
    """

    shape: tuple[int, int, int]
    convolution: ConvolutionOptions

    @nn.compact
    def __call__(self, sigma: jax.Array) -> jax.Array:
        """Log psi of sigma (C, N): (C,)."""
        convolution = Convolution(self.convolution, name="conv")
        return nn.gelu(convolution(image(sigma, self.shape))).sum(axis=(1, 2, 3))


class CnnTheta(NamedTuple):
    """The weights as trained: the kernel (k^2, S, F), S spins a cell, and the biases (F,) or None; float64."""

    kernel: jax.Array
    bias: jax.Array | None


class CnnMask(NamedTuple):
    """A mask and the lattice.

    Attributes:
        mask: float64 (k^2, S, F), S spins a cell; 1 where a weight of the kernel survives.
        connections: float64 (k^2, L M, T); how often an entry of the kernel carries a cell to an output cell.
    """

    mask: jax.Array
    connections: jax.Array


def _kernel_weights(kernel: jax.Array, structure: CnnMask) -> jax.Array:
    """W (N, T F) of the kernel (k^2, S, F) alone."""
    weights = jnp.einsum("ost,ocf->sctf", structure.connections, kernel)
    return weights.reshape(weights.shape[0] * weights.shape[1], -1)


def _weights(theta: CnnTheta, structure: CnnMask, dtype: DTypeLike) -> jax.Array:
    """W (N, T F), with the biases (N + 1, T F)."""
    weights = _kernel_weights(theta.kernel, structure)
    if theta.bias is not None:
        row = jnp.tile(theta.bias, structure.connections.shape[2])
        weights = jnp.concatenate([weights, row[None, :]])
    return weights.astype(dtype)


def _slopes(structure: CnnMask, cache: PreActivations) -> jax.Array:
    """gelu'(z): (T, F, C)."""
    slope = jax.vmap(jax.vmap(jax.grad(nn.gelu)))(cache.z)
    return slope.reshape(structure.connections.shape[2], -1, slope.shape[1])


def _patches(structure: CnnMask, spins: jax.Array) -> jax.Array:
    """The spins that each entry of the kernel brings to each output cell: (k^2, S, T, C)."""
    cells = structure.connections.shape[1]
    images = spins.reshape(cells, -1, spins.shape[1])
    return jnp.einsum("ost,scn->octn", structure.connections.astype(spins.dtype), images)


CnnWalkers: TypeAlias = Walkers[jax.Array, CnnMask, PreActivations]


def log_derivatives(walkers: CnnWalkers) -> jax.Array:
    """See `LogDerivatives.log_derivatives`; those of the kernel, and of the biases where W has them."""
    weights, structure, cache, spins = walkers
    slopes, patches = _slopes(structure, cache), _patches(structure, spins)

    def of_entry(patch: jax.Array) -> jax.Array:
        # (T, C) by (T, F, C): the sum over cells is one over rows.
        terms = patch[:, None, :] * slopes
        return column_sums(terms.reshape(terms.shape[0], -1)).reshape(terms.shape[1:])

    rows = jax.lax.map(of_entry, patches.reshape(-1, *patches.shape[2:]))
    kernel = rows.reshape(-1, spins.shape[1]) * structure.mask.reshape(-1, 1).astype(spins.dtype)
    return jnp.concatenate([kernel, slopes.sum(axis=0)]) if len(weights) > len(spins) else kernel


def pullback(walkers: CnnWalkers, x: jax.Array) -> jax.Array:
    """See `LogDerivatives.pullback`."""
    weights, structure, cache, spins = walkers
    images = spins.reshape(structure.connections.shape[1], -1, spins.shape[1])
    slopes = _slopes(structure, cache) * x[None, None, :]
    back = jnp.einsum("scn,tfn->sctf", images, slopes)
    kernel = jnp.einsum("sctf,ost->ocf", back, structure.connections.astype(back.dtype))
    kernel = (kernel * structure.mask.astype(back.dtype)).reshape(-1)
    return jnp.concatenate([kernel, slopes.sum(axis=(0, 2))]) if len(weights) > len(spins) else kernel


def _schedule(structure: CnnMask, flips: np.ndarray, together: bool) -> FlipSchedule:
    linked = np.asarray(_kernel_weights(jnp.ones(structure.mask.shape), structure)) > 0
    return layer_schedule(linked, flips, together, pad_rows=False)


CnnPath: TypeAlias = FlipPath[CnnTheta, jax.Array, CnnMask, PreActivations, UnitChanges]


@lru_cache
def _flip_path(lattice: Lattice, options: ConvolutionOptions) -> CnnPath:
    shape = (options.kernel_size**2, lattice.spins_per_cell, options.features)
    n_kernel = options.kernel_size**2 * lattice.spins_per_cell * options.features

    def build_structure(masks: Masks) -> CnnMask:
        return CnnMask(
            mask=jax.device_put(np.asarray(masks[_KERNEL], dtype=np.float64).reshape(shape)),
            connections=jax.device_put(connections(lattice.length, lattice.width, options)),
        )

    def compress(params: Params, structure: CnnMask) -> CnnTheta:
        kernel = np.where(np.asarray(structure.mask) > 0, np.asarray(params[_KERNEL]).reshape(shape), 0.0)
        bias = jax.device_put(np.asarray(params[_BIAS])) if options.bias else None
        return CnnTheta(jax.device_put(kernel), bias)

    def expand(theta: CnnTheta, structure: CnnMask, masks: Masks) -> Params:
        mask = np.asarray(masks[_KERNEL], dtype=bool)
        kernel = np.where(mask, np.asarray(theta.kernel).reshape(mask.shape), 0.0)
        biases = {} if theta.bias is None else {_BIAS: theta.bias}
        return {**biases, _KERNEL: jax.device_put(kernel)}

    def step(theta: CnnTheta, structure: CnnMask, update: jax.Array) -> CnnTheta:
        kernel = theta.kernel + update[:n_kernel].reshape(shape) * structure.mask
        return CnnTheta(kernel, None if theta.bias is None else theta.bias + update[n_kernel:])

    return FlipPath(
        MaskHandling(
            build_structure=build_structure,
            compress=compress,
            expand=expand,
            weights=_weights,
            step=step,
            n_active=lambda structure: n_kernel + (options.features if options.bias else 0),
        ),
        hidden_layer(
            nn.gelu,
            _schedule,
            lambda structure: 2 * structure.connections.shape[2] * options.features,
            keep_values=True,
            bias=options.bias,
        ),
        LogDerivatives(log_derivatives, pullback),
    )


def build(network: dict, lattice: Lattice) -> Network:
    """The CNN of a study; all weights of the kernel are prunable, and no bias."""
    options = options_of(network, lattice)
    evaluator = replace(options, as_matrix=is_small(lattice, options.features))
    return flax_network(
        "cnn",
        CNN(lattice.shape, options),
        lattice.n_sites,
        is_prunable=lambda name, shape: name == _KERNEL,
        evaluator=CNN(lattice.shape, evaluator),
    )._replace(flip_path=_flip_path(lattice, options))
