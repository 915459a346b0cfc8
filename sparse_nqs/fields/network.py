"""What every network says of itself to the workflow, and the keys that networks share."""

from typing import Annotated, Literal, Protocol

from pydantic import AfterValidator, Field

from sparse_nqs.fields.cost import ACTIVATION, CONVOLUTION, UNKNOWN_WEIGHTS, NetworkCost
from sparse_nqs.fields.model import Model, Positive, refuse
from sparse_nqs.fields.system import System
from sparse_nqs.messages import Mistake, not_allowed

Tensors = dict[str, tuple[int, ...]]


class Place(Protocol):
    """Where the spins lie: a system of a config, or a lattice."""

    @property
    def n_sites(self) -> int:
        """The number of spins N."""

    @property
    def spins_per_cell(self) -> int:
        """Spins in each cell of the lattice."""


class NetworkOptions(Model):
    """An ansatz for the wave function. The `Options` of every member of members/networks/ is one."""

    kind: str

    def tensors(self, system: System) -> Tensors | None:
        """Names and shapes of all parameter tensors on a system; None if only the job that builds it knows.

        Raises:
            ValueError: if it cannot be on this system.
        """
        return None

    def prunable_tensors(self, system: System) -> Tensors | None:
        """Names and shapes of the tensors that are pruned and counted: no biases, no LayerNorms.

        Raises:
            ValueError: as `tensors`.
        """
        tensors = self.tensors(system)
        return tensors and {name: shape for name, shape in tensors.items() if name.split("/")[-1] == "kernel"}

    def mistakes(self, system: System) -> list[Mistake]:
        """Why it cannot be what it asks for on a system, with paths below the study."""
        return []

    @property
    def protocol(self) -> str:
        """The pruning protocol where a study names none."""
        return "layerwise"

    @property
    def code(self) -> str | None:
        """The dotted path of the user's own function that makes it; None if there is none."""
        return None

    @property
    def code_files(self) -> tuple[str, ...]:
        """The files that the user's own function reads."""
        return ()

    def cost(self, system: System) -> NetworkCost:
        """What it costs; by default that of a network of which nothing is known."""
        evaluation = system.n_sites * (CONVOLUTION * UNKNOWN_WEIGHTS + ACTIVATION * 100)
        return NetworkCost(evaluation, evaluation, UNKNOWN_WEIGHTS)


def _check_odd(size: int) -> int:
    if size % 2 == 0:
        refuse("must be odd")
    return size


# The bounds are far beyond what can be trained; they keep arithmetic on a mistyped number harmless.
Features = Annotated[int, Field(ge=1, le=100_000, description="channels F")]
KernelSize = Annotated[
    int, Field(ge=1, le=99, description="k, odd: every kernel is k x k"), AfterValidator(_check_odd)
]
Init = Annotated[
    Literal["normal", "he_normal", "lecun_normal"],
    Field(
        description="initial weights: normal with init_std, or truncated normal with variance 2 (he_normal) or 1 "
        "(lecun_normal) over the number of a unit's inputs"
    ),
]
INIT_STD = 0.01
InitStd = Annotated[Positive, Field(description="standard deviation of the initial weights with init normal")]
ConvolutionBias = Annotated[
    bool,
    Field(
        description="whether convolutions have a bias a channel; they start at 0, are never pruned, not counted in n"
    ),
]


def init_mistakes(init: str, init_std: float) -> list[Mistake]:
    """A standard deviation of initial weights that nothing reads."""
    if init == "normal" or init_std == INIT_STD:
        return []
    must = f"must be left out unless init is normal, and it is {init}"
    return [not_allowed(("network", "init_std"), init_std, must)]


def kernel_mistakes(kernel_size: int, padding: str, extent: tuple[int, ...]) -> list[Mistake]:
    """A kernel that is larger than the lattice."""
    # A larger kernel has rows and columns for which no two cells are far enough apart.
    largest = min(extent) if padding == "valid" else max(3, 2 * max(extent) - 1)
    if kernel_size <= largest:
        return []
    must = f"must be at most {largest} with padding {padding} on {extent[0]} x {extent[1]} cells"
    return [not_allowed(("network", "kernel_size"), kernel_size, must)]
