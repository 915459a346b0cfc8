"""The shallow CNN: one 3 x 3 convolution to F channels, gelu, sum over sites and channels; no biases.

Its flip path is that of a `hidden_layer` whose units are the cells' channels: a flip touches nine cells, and flips
that have no cell in common are proposed together. W (N, L M F) repeats the kernel, and every weight of the kernel
stays in the arrays, pruned or not: one program serves all masks.
"""

from functools import lru_cache
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen as nn
from jax.typing import DTypeLike

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks.convolution import Convolution, connections, image, is_small
from sparse_nqs.networks.flax_network import flax_network
from sparse_nqs.networks.hidden_layer import Cache, hidden_layer, layer_stages
from sparse_nqs.networks.products import column_sums
from sparse_nqs.networks.protocol import FlipPath, Network, Params, Stages

_KERNEL = "conv/kernel"


class CNN(nn.Module):
    """See the module.

    Attributes:
        shape: (L, M, spins a cell); each spin of a cell is an input channel.
        periodic: whether the convolution goes round the torus.
        features: F.
        as_matrix: as `Convolution`.
    """

    shape: tuple[int, int, int]
    periodic: bool
    features: int
    as_matrix: bool = False

    @nn.compact
    def __call__(self, sigma: jax.Array) -> jax.Array:
        """Log psi of sigma (C, N): (C,)."""
        convolution = Convolution(self.features, self.periodic, self.as_matrix, name="conv")
        return nn.gelu(convolution(image(sigma, self.shape))).sum(axis=(1, 2, 3))


class Structure(NamedTuple):
    """A mask and the lattice.

    Attributes:
        mask: float64 (9, S, F), S spins a cell; 1 where a weight of the kernel survives.
        connections: float64 (9, L M, L M); how often an entry of the kernel carries one cell to another.
    """

    mask: jax.Array
    connections: jax.Array


def _weights(theta: jax.Array, structure: Structure, dtype: DTypeLike) -> jax.Array:
    """W (N, L M F) of the kernel theta (9, S, F)."""
    weights = jnp.einsum("ost,ocf->sctf", structure.connections, theta)
    return weights.reshape(weights.shape[0] * weights.shape[1], -1).astype(dtype)


def _slopes(structure: Structure, cache: Cache) -> jax.Array:
    """gelu'(z): (L M, F, C)."""
    slope = jax.vmap(jax.vmap(jax.grad(nn.gelu)))(cache.z)
    return slope.reshape(structure.connections.shape[2], -1, slope.shape[1])


def _patches(structure: Structure, spins: jax.Array) -> jax.Array:
    """The spins that each entry of the kernel brings to each cell: (9, S, L M, C)."""
    cells = structure.connections.shape[1]
    images = spins.reshape(cells, -1, spins.shape[1])
    return jnp.einsum("ost,scn->octn", structure.connections.astype(spins.dtype), images)


def log_derivatives(weights: jax.Array, structure: Structure, cache: Cache, spins: jax.Array) -> jax.Array:
    """See `FlipPath.log_derivatives`."""
    slopes, patches = _slopes(structure, cache), _patches(structure, spins)

    def of_entry(patch: jax.Array) -> jax.Array:
        # (L M, C) by (L M, F, C): the sum over cells is one over rows.
        terms = patch[:, None, :] * slopes
        return column_sums(terms.reshape(terms.shape[0], -1)).reshape(terms.shape[1:])

    rows = jax.lax.map(of_entry, patches.reshape(-1, *patches.shape[2:]))
    return rows.reshape(-1, spins.shape[1]) * structure.mask.reshape(-1, 1).astype(spins.dtype)


def pullback(
    weights: jax.Array, structure: Structure, cache: Cache, spins: jax.Array, x: jax.Array
) -> jax.Array:
    """See `FlipPath.pullback`."""
    images = spins.reshape(structure.connections.shape[1], -1, spins.shape[1])
    back = jnp.einsum("scn,tfn->sctf", images, _slopes(structure, cache) * x[None, None, :])
    kernel = jnp.einsum("sctf,ost->ocf", back, structure.connections.astype(back.dtype))
    return (kernel * structure.mask.astype(back.dtype)).reshape(-1)


def _stages(structure: Structure, flips: np.ndarray, together: bool) -> Stages:
    ones = jnp.ones(structure.mask.shape)
    linked = np.asarray(_weights(ones, structure, jnp.float64)) > 0
    return layer_stages(linked, flips, together, pad_rows=False)


@lru_cache
def _flip_path(lattice: Lattice) -> FlipPath:
    shape = (9, lattice.spins_per_cell, -1)

    def build_structure(masks: dict[str, np.ndarray]) -> Structure:
        return Structure(
            mask=jax.device_put(np.asarray(masks[_KERNEL], dtype=np.float64).reshape(shape)),
            connections=jax.device_put(connections(lattice.length, lattice.width, lattice.periodic)),
        )

    def compress(params: Params, structure: Structure) -> jax.Array:
        mask = np.asarray(structure.mask)
        return jax.device_put(np.where(mask > 0, np.asarray(params[_KERNEL]).reshape(mask.shape), 0.0))

    def expand(theta: jax.Array, structure: Structure, masks: dict[str, np.ndarray]) -> Params:
        mask = np.asarray(masks[_KERNEL], dtype=bool)
        return {_KERNEL: jax.device_put(np.where(mask, np.asarray(theta).reshape(mask.shape), 0.0))}

    def step(theta: jax.Array, structure: Structure, update: jax.Array) -> jax.Array:
        return theta + update.reshape(theta.shape) * structure.mask

    return FlipPath(
        build_structure=build_structure,
        compress=compress,
        expand=expand,
        stages=_stages,
        weights=_weights,
        **hidden_layer(nn.gelu, keep_values=True)._asdict(),
        log_derivatives=log_derivatives,
        pullback=pullback,
        step=step,
        n_active=lambda structure: structure.mask.size,
        numbers_per_configuration=lambda structure: (
            2 * structure.connections.shape[1] * structure.mask.shape[2]
        ),
    )


def build(network: dict, lattice: Lattice) -> Network:
    """The CNN of a study; all weights are prunable."""
    module = CNN(lattice.shape, lattice.periodic, network["features"])
    return flax_network(
        "cnn",
        module,
        lattice.n_sites,
        is_prunable=lambda name, shape: True,
        evaluator=module.clone(as_matrix=is_small(lattice, network["features"])),
    )._replace(flip_path=_flip_path(lattice))
