"""The residual CNN: a 3 x 3 embedding, B residual blocks, a final LayerNorm; no biases in the convolutions.

A block is x + conv2(gelu(conv1(gelu(LayerNorm(x))))), F to F channels. log psi is the sum over sites and channels of
the last LayerNorm's output.

As in the paper's code, a LayerNorm takes its mean and variance, over channels at each site, from the entries that are
not exactly zero: channels that pruning has emptied do not count. They are normalised with the others nevertheless. A
plain LayerNorm is another function once whole channels die.
"""

import jax
import jax.numpy as jnp
from flax import linen as nn

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks.convolution import Convolution, image, is_small
from sparse_nqs.networks.flax_network import flax_network
from sparse_nqs.networks.protocol import Network

# Added to the variance; Flax's default.
EPSILON = 1e-6


class LiveLayerNorm(nn.Module):
    """LayerNorm over the last axis, statistics from the entries that are not exactly zero; learned scale and bias."""

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Normalise x, float64 (..., F); where all entries are zero the result is the bias."""
        features = x.shape[-1]
        scale = self.param("scale", nn.initializers.ones, (features,), jnp.float64)
        bias = self.param("bias", nn.initializers.zeros, (features,), jnp.float64)
        live = (x != 0).astype(x.dtype)
        count = jnp.maximum(live.sum(axis=-1, keepdims=True), 1.0)
        mean = x.sum(axis=-1, keepdims=True) / count
        variance = (live * (x - mean) ** 2).sum(axis=-1, keepdims=True) / count
        shape = (1,) * (x.ndim - 1) + (features,)
        factor = jax.lax.rsqrt(variance + EPSILON) * scale.reshape(shape)
        return (x - mean) * factor + bias.reshape(shape)


class ResidualBlock(nn.Module):
    """x + conv2(gelu(conv1(gelu(LayerNorm(x))))); attributes as `ResCNN`."""

    features: int
    periodic: bool
    as_matrix: bool

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Images (C, L, M, F) to images of the same shape."""
        conv1, conv2 = (
            Convolution(self.features, self.periodic, self.as_matrix, name=name)
            for name in ("conv1", "conv2")
        )
        return x + conv2(nn.gelu(conv1(nn.gelu(LiveLayerNorm(name="norm")(x)))))


class ResCNN(nn.Module):
    """See the module.

    Attributes:
        shape: (L, M, spins a cell); each spin of a cell is an input channel.
        periodic: whether the convolutions go round the torus.
        features: F.
        blocks: B.
        as_matrix: as `Convolution`.
    """

    shape: tuple[int, int, int]
    periodic: bool
    features: int
    blocks: int
    as_matrix: bool = False

    @nn.compact
    def __call__(self, sigma: jax.Array) -> jax.Array:
        """Log psi of sigma (C, N): float64 (C,)."""
        embedding = Convolution(self.features, self.periodic, self.as_matrix, name="embedding")
        x = embedding(image(sigma, self.shape))
        for index in range(self.blocks):
            x = ResidualBlock(self.features, self.periodic, self.as_matrix, name=f"block_{index}")(x)
        return LiveLayerNorm(name="norm")(x).sum(axis=(1, 2, 3))


def build(network: dict, lattice: Lattice) -> Network:
    """The ResCNN of a study; all convolutions are prunable, the embedding's too, and no LayerNorm."""
    module = ResCNN(lattice.shape, lattice.periodic, network["features"], network["blocks"])
    return flax_network(
        "res_cnn",
        module,
        lattice.n_sites,
        is_prunable=lambda name, shape: name.endswith("/kernel"),
        evaluator=module.clone(as_matrix=is_small(lattice, network["features"])),
        single_precision=True,
    )
