"""The residual CNN: an embedding convolution, B residual blocks, a final LayerNorm.

A block is x + conv2(gelu(conv1(gelu(LayerNorm(x))))), F to F channels, as in the paper's code and its Figure 8, or
x + conv2(gelu(conv1(LayerNorm(gelu(x))))), as in its Eq. 15. log psi is the sum over sites and channels of the last
LayerNorm's output.

As in the paper's code, a LayerNorm takes its mean and variance, over channels at each site, from the entries that are
not exactly zero: channels that pruning has emptied do not count. They are normalised with the others nevertheless. A
plain LayerNorm is another function once whole channels die. Where the convolutions have biases no channel is ever
empty, and the LayerNorm is the plain one.
"""

from dataclasses import replace

import jax
import jax.numpy as jnp
from flax import linen as nn

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks.contract import Network
from sparse_nqs.networks.convolution import Convolution, ConvolutionOptions, image, is_small, options_of
from sparse_nqs.networks.flax_network import flax_network

# Added to the variance; Flax's default.
EPSILON = 1e-6


class LiveLayerNorm(nn.Module):
    """LayerNorm over the last axis with learned scale and bias.

    Attributes:
        every_channel: whether entries that are exactly zero count in the statistics.
    """

    every_channel: bool = False

    @nn.compact
    def __call__(self, x: jax.Array, filled: jax.Array | None = None) -> jax.Array:
        """Normalise x, (..., F); where all entries are zero the result is the bias.

        Args:
            x: the entries.
            filled: (..., F), not zero where an entry counts; x itself if left out. For an x that has passed an
                activation, which a large negative number leaves as exactly zero.
        """
        features = x.shape[-1]
        scale = self.param("scale", nn.initializers.ones, (features,), jnp.float64)
        bias = self.param("bias", nn.initializers.zeros, (features,), jnp.float64)
        live = ((x if filled is None else filled) != 0).astype(x.dtype)
        if self.every_channel:
            live = jnp.ones_like(x)
        count = jnp.maximum(live.sum(axis=-1, keepdims=True), 1.0)
        mean = x.sum(axis=-1, keepdims=True) / count
        variance = (live * (x - mean) ** 2).sum(axis=-1, keepdims=True) / count
        shape = (1,) * (x.ndim - 1) + (features,)
        factor = jax.lax.rsqrt(variance + EPSILON) * scale.reshape(shape)
        return (x - mean) * factor + bias.reshape(shape)


class ResidualBlock(nn.Module):
    """A block; attributes as `ResCNN`."""

    convolutions: ConvolutionOptions
    norm_first: bool

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Images (C, L, M, F) to images of the same shape."""
        conv1, conv2 = (Convolution(self.convolutions, name=name) for name in ("conv1", "conv2"))
        norm = LiveLayerNorm(self.convolutions.bias, name="norm")
        y = nn.gelu(norm(x)) if self.norm_first else norm(nn.gelu(x), filled=x)
        return x + conv2(nn.gelu(conv1(y)))


class ResCNN(nn.Module):
    """See the module.

    Attributes:
        shape: (L, M, spins a cell); each spin of a cell is an input channel.
        convolutions: of the embedding and the blocks; not "valid", as a block adds its input to its output.
        blocks: B.
        norm_first: whether a block's LayerNorm comes before its first activation.
    """

    shape: tuple[int, int, int]
    convolutions: ConvolutionOptions
    blocks: int
    norm_first: bool = True

    @nn.compact
    def __call__(self, sigma: jax.Array) -> jax.Array:
        """Log psi of sigma (C, N): (C,)."""
        x = Convolution(self.convolutions, name="embedding")(image(sigma, self.shape))
        for index in range(self.blocks):
            x = ResidualBlock(self.convolutions, self.norm_first, name=f"block_{index}")(x)
        return LiveLayerNorm(self.convolutions.bias, name="norm")(x).sum(axis=(1, 2, 3))


def build(network: dict, lattice: Lattice) -> Network:
    """The ResCNN of a study; all kernels are prunable, the embedding's too, and neither LayerNorms nor biases."""
    convolutions = options_of(network, lattice)
    module = ResCNN(lattice.shape, convolutions, network["blocks"], network.get("norm_first", True))
    return flax_network(
        "res_cnn",
        module,
        lattice.n_sites,
        is_prunable=lambda name, shape: name.endswith("/kernel"),
        evaluator=module.clone(
            convolutions=replace(convolutions, as_matrix=is_small(lattice, convolutions.features))
        ),
        single_precision=True,
    )
