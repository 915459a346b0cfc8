"""The shallow CNN: one 3 x 3 convolution to F channels, gelu, sum over sites and channels; no biases."""

import jax
from flax import linen as nn

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks.convolution import Convolution, image, is_small
from sparse_nqs.networks.flax_network import flax_network
from sparse_nqs.networks.protocol import Network


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
        """Log psi of sigma (C, N): float64 (C,)."""
        convolution = Convolution(self.features, self.periodic, self.as_matrix, name="conv")
        return nn.gelu(convolution(image(sigma, self.shape))).sum(axis=(1, 2, 3))


def build(network: dict, lattice: Lattice) -> Network:
    """The CNN of a study; all weights are prunable."""
    module = CNN(lattice.shape, lattice.periodic, network["features"])
    return flax_network(
        "cnn",
        module,
        lattice.n_sites,
        is_prunable=lambda name, shape: True,
        evaluator=module.clone(as_matrix=is_small(lattice)),
    )
