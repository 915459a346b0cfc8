"""What the convolutional networks share: spins as an image, and a 3 x 3 convolution that keeps its size.

XLA's own convolution is avoided: on a processor the derivative of each sample by the kernel, which stochastic
reconfiguration asks for, is a hundred times slower than the matrix products here.
"""

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen as nn

from sparse_nqs.hamiltonians import Lattice

_OFFSETS = tuple((dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))

# Where one product with the whole convolution's matrix is faster than a product a cell, in spite of its zeros: up to
# so many units, and so few channels that a product a cell moves more numbers than it multiplies.
_MOST_UNITS, _MOST_CHANNELS = 400, 8


def is_small(lattice: Lattice, features: int) -> bool:
    """Whether `Convolution.as_matrix` is the faster way to evaluate on this lattice."""
    return features <= _MOST_CHANNELS and lattice.length * lattice.width * features <= _MOST_UNITS


def image(sigma: jax.Array, shape: tuple[int, int, int]) -> jax.Array:
    """Configurations (C, N) as images (C, L, M, spins a cell)."""
    return sigma.reshape(-1, *shape)


def connections(length: int, width: int, periodic: bool) -> np.ndarray:
    """How often the kernel's entry o carries input cell s to output cell t: float64 (9, L M, L M)."""
    counts = np.zeros((len(_OFFSETS), length, width, length, width))
    for entry, (dx, dy) in enumerate(_OFFSETS):
        for x in range(length):
            for y in range(width):
                source = (x + dx, y + dy)
                if periodic:
                    source = (source[0] % length, source[1] % width)
                if 0 <= source[0] < length and 0 <= source[1] < width:
                    counts[entry, *source, x, y] = 1.0
    return counts.reshape(len(_OFFSETS), length * width, length * width)


def _by_patches(x: jax.Array, kernel: jax.Array, periodic: bool) -> jax.Array:
    length, width = x.shape[1:3]
    padded = jnp.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="wrap" if periodic else "constant")
    patches = [padded[:, 1 + dx : 1 + dx + length, 1 + dy : 1 + dy + width] for dx, dy in _OFFSETS]
    return jnp.concatenate(patches, axis=-1) @ kernel.reshape(-1, kernel.shape[-1])


def _by_matrix(x: jax.Array, kernel: jax.Array, periodic: bool) -> jax.Array:
    length, width, inputs = x.shape[1:]
    outputs = kernel.shape[-1]
    carried = jnp.asarray(connections(length, width, periodic), dtype=kernel.dtype)
    matrix = jnp.einsum("ost,oif->sitf", carried, kernel.reshape(-1, inputs, outputs))
    cells = length * width
    product = x.reshape(-1, cells * inputs) @ matrix.reshape(cells * inputs, cells * outputs)
    return product.reshape(-1, length, width, outputs)


class Convolution(nn.Module):
    """A 3 x 3 convolution without bias, padded with zeros or round the torus; `nn.Conv` with the same "kernel".

    Attributes:
        features: output channels F.
        periodic: whether both directions are closed.
        as_matrix: how it is computed: as one product with an (L M F_in, L M F) matrix, which is faster to
            evaluate on small lattices, or as a product a cell, which is faster to differentiate sample by sample.
    """

    features: int
    periodic: bool
    as_matrix: bool = False

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Images (C, L, M, F_in) to (C, L, M, F); the kernel (3, 3, F_in, F) starts He-normal."""
        shape = (3, 3, x.shape[-1], self.features)
        kernel = self.param("kernel", nn.initializers.he_normal(), shape, jnp.float64)
        return (_by_matrix if self.as_matrix else _by_patches)(x.astype(kernel.dtype), kernel, self.periodic)
