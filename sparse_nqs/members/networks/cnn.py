"""The shallow convolutional network."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sparse_nqs.fields.cost import ACTIVATION, CONVOLUTION, TOUCHED, NetworkCost
from sparse_nqs.fields.network import (
    INIT_STD,
    ConvolutionBias,
    Features,
    Init,
    InitStd,
    KernelSize,
    NetworkOptions,
    Place,
    Tensors,
    init_mistakes,
    kernel_mistakes,
)
from sparse_nqs.fields.system import System
from sparse_nqs.messages import Mistake

if TYPE_CHECKING:
    from sparse_nqs.hamiltonians import Lattice
    from sparse_nqs.networks import Network

LABEL, FACE, MARKER, PLACE = "CNN", "#999999", "s", 2


class Options(NetworkOptions):
    """One convolution to F channels: log psi(s) = sum over cells and channels of gelu(conv(s))."""

    kind: Literal["cnn"]
    features: Features = 4
    kernel_size: KernelSize = 3
    padding: Annotated[
        Literal["boundary", "same", "valid", "periodic"],
        Field(
            description="same: zeros, to the lattice's size; valid: none, only cells whose whole neighbourhood is on "
            "the lattice; periodic: round the torus; boundary: periodic or same, as the system's boundary"
        ),
    ] = "boundary"
    init: Init = "he_normal"
    init_std: InitStd = INIT_STD
    bias: ConvolutionBias = False

    def tensors(self, system: System) -> Tensors:
        """See `NetworkOptions`."""
        return tensors(self.model_dump(mode="json"), system)

    def mistakes(self, system: System) -> list[Mistake]:
        """See `NetworkOptions`."""
        mistakes = init_mistakes(self.init, self.init_std)
        return mistakes + kernel_mistakes(self.kernel_size, self.padding, system.extent)

    def cost(self, system: System) -> NetworkCost:
        """See `NetworkOptions`: a flip touches the kernel's cells."""
        length, width = system.extent
        lost = self.kernel_size - 1 if self.padding == "valid" else 0
        cells = max(0, length - lost) * max(0, width - lost)
        weights = self.kernel_size**2 * system.spins_per_cell * self.features
        return NetworkCost(
            # Every weight of a convolution is used once a cell.
            evaluation=cells * (CONVOLUTION * weights + ACTIVATION * self.features),
            flip=min(self.kernel_size**2, cells) * TOUCHED * self.features,
            values=8 * self.features * cells,
        )


def tensors(network: dict, place: Place) -> Tensors:
    """Names and shapes of all parameter tensors."""
    size, features = network.get("kernel_size", 3), network["features"]
    biases: Tensors = {"conv/bias": (features,)} if network.get("bias", False) else {}
    return biases | {"conv/kernel": (size, size, place.spins_per_cell, features)}


def build(network: dict, lattice: "Lattice") -> "Network":
    """The network on a lattice."""
    from sparse_nqs.networks import cnn

    return cnn.build(network, lattice)


def columns(network: dict) -> dict[str, Any]:
    """Its columns of rounds.parquet."""
    return {"alpha": None}
