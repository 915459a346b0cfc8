"""What the convolutional networks share: spins as an image, and a k x k convolution.

XLA's own convolution is avoided: on a processor the derivative of each sample by the kernel, which stochastic
reconfiguration asks for, is a hundred times slower than the matrix products here.
"""

from dataclasses import dataclass, fields

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen as nn

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks.initialisers import initialiser

# One product with the whole convolution's matrix is faster than a product a cell, in spite of its zeros, up to this
# many units and this few channels. With few channels a product a cell moves more numbers than it multiplies.
_MOST_UNITS, _MOST_CHANNELS = 400, 8


@dataclass(frozen=True)
class ConvolutionOptions:
    """What all convolutions of a network have in common.

    Attributes:
        features: output channels F.
        padding: "same", with zeros to the size of the image; "periodic", round the torus; "valid", none, so that
            only cells whose whole neighbourhood is on the lattice give an output.
        kernel_size: k, odd.
        bias: whether a number a channel is added.
        init: of the kernel, as `initialiser`.
        init_std: likewise.
        as_matrix: how it is computed: as one product with an (L M F_in, L' M' F) matrix, which is faster to
            evaluate on small lattices, or as a product a cell, which is faster to differentiate sample by sample.
    """

    features: int
    padding: str = "same"
    kernel_size: int = 3
    bias: bool = False
    init: str = "he_normal"
    init_std: float = 0.01
    as_matrix: bool = False


def options_of(network: dict, lattice: Lattice) -> ConvolutionOptions:
    """The options of a study's `network`; what it leaves out has its default."""
    given = {field.name: network[field.name] for field in fields(ConvolutionOptions) if field.name in network}
    if given.get("padding", "boundary") == "boundary":
        given["padding"] = "periodic" if lattice.periodic else "same"
    return ConvolutionOptions(**given)


def is_small(lattice: Lattice, features: int) -> bool:
    """Whether `ConvolutionOptions.as_matrix` is the faster way to evaluate on this lattice."""
    return features <= _MOST_CHANNELS and lattice.length * lattice.width * features <= _MOST_UNITS


def image(sigma: jax.Array, shape: tuple[int, int, int]) -> jax.Array:
    """Configurations (C, N) as images (C, L, M, spins a cell)."""
    return sigma.reshape(-1, *shape)


def output_shape(length: int, width: int, options: ConvolutionOptions) -> tuple[int, int]:
    """(L', M') of the output of images (L, M)."""
    lost = options.kernel_size - 1 if options.padding == "valid" else 0
    return length - lost, width - lost


def connections(length: int, width: int, options: ConvolutionOptions) -> np.ndarray:
    """How often the kernel's entry o carries input cell s to output cell t: float64 (k^2, L M, L' M')."""
    size = options.kernel_size
    outputs = output_shape(length, width, options)
    first = 0 if options.padding == "valid" else -(size // 2)
    counts = np.zeros((size, size, length, width, *outputs))
    for dx, dy, x, y in np.ndindex(size, size, *outputs):
        source = (x + dx + first, y + dy + first)
        if options.padding == "periodic":
            source = (source[0] % length, source[1] % width)
        if 0 <= source[0] < length and 0 <= source[1] < width:
            counts[dx, dy, *source, x, y] = 1.0
    return counts.reshape(size**2, length * width, outputs[0] * outputs[1])


def _by_patches(x: jax.Array, kernel: jax.Array, options: ConvolutionOptions) -> jax.Array:
    size = options.kernel_size
    length, width = output_shape(x.shape[1], x.shape[2], options)
    if options.padding != "valid":
        margin = (size // 2, size // 2)
        mode = "wrap" if options.padding == "periodic" else "constant"
        x = jnp.pad(x, ((0, 0), margin, margin, (0, 0)), mode=mode)
    patches = [x[:, dx : dx + length, dy : dy + width] for dx in range(size) for dy in range(size)]
    return jnp.concatenate(patches, axis=-1) @ kernel.reshape(-1, kernel.shape[-1])


def _by_matrix(x: jax.Array, kernel: jax.Array, options: ConvolutionOptions) -> jax.Array:
    length, width, inputs = x.shape[1:]
    outputs = kernel.shape[-1]
    carried = jnp.asarray(connections(length, width, options), dtype=kernel.dtype)
    matrix = jnp.einsum("ost,oif->sitf", carried, kernel.reshape(-1, inputs, outputs))
    product = x.reshape(-1, length * width * inputs) @ matrix.reshape(length * width * inputs, -1)
    return product.reshape(-1, *output_shape(length, width, options), outputs)


class Convolution(nn.Module):
    """A convolution; `nn.Conv` with the same "kernel" and "bias"."""

    options: ConvolutionOptions

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Images (C, L, M, F_in) to (C, L', M', F); the kernel is (k, k, F_in, F), the bias (F,) starts at zero."""
        options = self.options
        shape = (options.kernel_size, options.kernel_size, x.shape[-1], options.features)
        start = initialiser(options.init, options.init_std)
        kernel = self.param("kernel", start, shape, jnp.float64)
        result = (_by_matrix if options.as_matrix else _by_patches)(x.astype(kernel.dtype), kernel, options)
        if not options.bias:
            return result
        bias = self.param("bias", nn.initializers.zeros, (options.features,), jnp.float64)
        return result + bias.reshape(1, 1, 1, -1)
