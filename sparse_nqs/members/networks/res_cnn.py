"""The residual convolutional network."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sparse_nqs.fields.cost import ACTIVATION, CONVOLUTION, NetworkCost
from sparse_nqs.fields.network import (
    INIT_STD,
    ConvolutionBias,
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

LABEL, FACE, MARKER, PLACE = "ResCNN", "#FFFFFF", "^", 3


class Options(NetworkOptions):
    """An embedding to F channels, B blocks x + conv2(gelu(conv1(gelu(LayerNorm(x))))), a LayerNorm, the sum."""

    kind: Literal["res_cnn"]
    # Over one channel a LayerNorm is its bias, whatever comes in: no convolution would be trained.
    features: Annotated[
        int,
        Field(ge=2, le=100_000, description="channels F; a LayerNorm over one is constant, over two a sign"),
    ] = 16
    blocks: Annotated[int, Field(ge=1, le=1000, description="residual blocks B, two convolutions each")] = 4
    kernel_size: KernelSize = 3
    # A block adds its input to its output, so that both have one shape: there is no "valid".
    padding: Annotated[
        Literal["boundary", "same", "periodic"],
        Field(
            description="same: zeros; periodic: round the torus; boundary: periodic or same, as the system's boundary"
        ),
    ] = "boundary"
    init: Init = "he_normal"
    init_std: InitStd = INIT_STD
    bias: ConvolutionBias = False
    norm_first: Annotated[
        bool,
        Field(description="false: blocks are x + conv2(gelu(conv1(LayerNorm(gelu(x)))))"),
    ] = True

    def tensors(self, system: System) -> Tensors:
        """See `NetworkOptions`."""
        return tensors(self.model_dump(mode="json"), system)

    def mistakes(self, system: System) -> list[Mistake]:
        """See `NetworkOptions`."""
        mistakes = init_mistakes(self.init, self.init_std)
        return mistakes + kernel_mistakes(self.kernel_size, self.padding, system.extent)

    @property
    def protocol(self) -> str:
        """Residual blocks together, the embedding not at all."""
        return "res_blocks_global"

    def cost(self, system: System) -> NetworkCost:
        """See `NetworkOptions`: a flip changes all of it."""
        cells = system.extent[0] * system.extent[1]
        convolutions = system.spins_per_cell * self.features + 2 * self.blocks * self.features**2
        # Two activations, a LayerNorm, two convolutions and a sum in a block.
        passes = 2 + 6 * self.blocks
        # Every weight of a convolution is used once a cell.
        per_cell = CONVOLUTION * self.kernel_size**2 * convolutions + ACTIVATION * self.features * passes
        return NetworkCost(cells * per_cell, cells * per_cell, 8 * self.features * cells)


def tensors(network: dict, place: Place) -> Tensors:
    """Names and shapes of all parameter tensors, in alphabetical order."""
    size, features = network.get("kernel_size", 3), network["features"]
    convolutions = {"embedding": place.spins_per_cell}
    norms = ["norm"]
    for block in range(network["blocks"]):
        convolutions |= {f"block_{block}/{name}": features for name in ("conv1", "conv2")}
        norms.append(f"block_{block}/norm")
    found: Tensors = {}
    for name, inputs in convolutions.items():
        found[f"{name}/kernel"] = (size, size, inputs, features)
        if network.get("bias", False):
            found[f"{name}/bias"] = (features,)
    found |= {f"{norm}/{name}": (features,) for norm in norms for name in ("scale", "bias")}
    return dict(sorted(found.items()))


def build(network: dict, lattice: "Lattice") -> "Network":
    """The network on a lattice."""
    from sparse_nqs.networks import res_cnn

    return res_cnn.build(network, lattice)


def columns(network: dict) -> dict[str, Any]:
    """Its columns of rounds.parquet."""
    return {"alpha": None}
