"""The networks: what the `network` part of a study may say, and the tensors that follow from it."""

from importlib.metadata import entry_points
from math import prod
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sparse_nqs.fields.model import ALL_DIFFERENT, FROM_LIST, Model, Positive, refuse
from sparse_nqs.fields.options import Arguments
from sparse_nqs.fields.system import System
from sparse_nqs.fields.user_files import Files
from sparse_nqs.hashing.user_files import module_file
from sparse_nqs.messages import Problem, closest, listed, not_allowed
from sparse_nqs.user_code import split_path

Tensors = dict[str, tuple[int, ...]]

# Installed packages may give their networks a name in this group of entry points.
ENTRY_POINTS = "sparse_nqs.networks"


def _check_odd(size: int) -> int:
    if size % 2 == 0:
        refuse("must be odd")
    return size


# The bounds are far above any network that can be trained. They keep arithmetic on a mistyped number harmless.
_Features = Annotated[int, Field(ge=1, le=100_000, description="channels F")]
_KernelSize = Annotated[
    int, Field(ge=1, le=99, description="k, odd: every kernel is k x k"), AfterValidator(_check_odd)
]
_Init = Annotated[
    Literal["normal", "he_normal", "lecun_normal"],
    Field(
        description="initial weights: normal with init_std, or truncated normal with variance 2 (he_normal) or 1 "
        "(lecun_normal) over the number of a unit's inputs"
    ),
]
_INIT_STD = 0.01
_InitStd = Annotated[
    Positive, Field(description="standard deviation of the initial weights with init normal")
]

_ConvolutionBias = Annotated[
    bool,
    Field(
        description="whether convolutions have a bias a channel; they start at 0, are never pruned, not counted in n"
    ),
]


def n_weights(tensors: Tensors | None, unknown: int) -> int:
    """The number of weights in all tensors; `unknown` if nothing is known of them."""
    return unknown if tensors is None else sum(map(prod, tensors.values()))


def _kernels(tensors: Tensors) -> Tensors:
    """Those that can be pruned and are counted: no biases, no LayerNorms."""
    return {name: shape for name, shape in tensors.items() if name.split("/")[-1] == "kernel"}


class Ffnn(Model):
    """One hidden layer: log psi(s) = sum_h relu((s W + b)_h), W of shape (N, alpha N)."""

    kind: Literal["ffnn"]
    alpha: Annotated[Positive, Field(le=100_000, description="hidden units per spin; may be a fraction")]
    init_std: _InitStd = _INIT_STD
    init: _Init = "normal"
    bias: Annotated[
        bool,
        Field(description="whether units have biases b; they start at 0, are never pruned, not counted in n"),
    ] = False

    def hidden_units(self, n_sites: int) -> int:
        """The number of hidden units, alpha N.

        Raises:
            ValueError: if that is not a whole number of at least 1.
        """
        width = self.alpha * n_sites
        units = round(width)
        if units < 1 or abs(width - units) > 1e-9 * units:
            raise ValueError(
                f"must give a whole number of hidden units, at least 1, and alpha * N = "
                f"{self.alpha:g} * {n_sites} = {width:g}"
            )
        return units

    def tensors(self, system: System) -> Tensors:
        """Names and shapes of all parameter tensors.

        Raises:
            ValueError: as `hidden_units`.
        """
        units = self.hidden_units(system.n_sites)
        tensors: Tensors = {"bias": (units,)} if self.bias else {}
        return tensors | {"kernel": (system.n_sites, units)}

    def prunable_tensors(self, system: System) -> Tensors:
        """Names and shapes of the tensors that are pruned and counted: the kernel.

        Raises:
            ValueError: as `hidden_units`.
        """
        return _kernels(self.tensors(system))


class Cnn(Model):
    """One convolution to F channels: log psi(s) = sum over cells and channels of gelu(conv(s))."""

    kind: Literal["cnn"]
    features: _Features = 4
    kernel_size: _KernelSize = 3
    padding: Annotated[
        Literal["boundary", "same", "valid", "periodic"],
        Field(
            description="same: zeros, to the lattice's size; valid: none, only cells whose whole neighbourhood is on "
            "the lattice; periodic: round the torus; boundary: periodic or same, as the system's boundary"
        ),
    ] = "boundary"
    init: _Init = "he_normal"
    init_std: _InitStd = _INIT_STD
    bias: _ConvolutionBias = False

    def output_cells(self, system: System) -> int:
        """Cells of the convolution's output, at least 1 unless the kernel does not fit."""
        length, width = system.extent
        lost = self.kernel_size - 1 if self.padding == "valid" else 0
        return max(0, length - lost) * max(0, width - lost)

    def tensors(self, system: System) -> Tensors:
        """Names and shapes of all parameter tensors."""
        size = self.kernel_size
        tensors: Tensors = {"conv/bias": (self.features,)} if self.bias else {}
        return tensors | {"conv/kernel": (size, size, system.spins_per_cell, self.features)}

    def prunable_tensors(self, system: System) -> Tensors:
        """Names and shapes of the tensors that are pruned and counted: the kernel."""
        return _kernels(self.tensors(system))


class ResCnn(Model):
    """An embedding to F channels, B blocks x + conv2(gelu(conv1(gelu(LayerNorm(x))))), a LayerNorm, the sum."""

    kind: Literal["res_cnn"]
    # Over one channel a LayerNorm is its bias, whatever comes in: no convolution would be trained.
    features: Annotated[
        int,
        Field(ge=2, le=100_000, description="channels F; a LayerNorm over one is constant, over two a sign"),
    ] = 16
    blocks: Annotated[int, Field(ge=1, le=1000, description="residual blocks B, two convolutions each")] = 4
    kernel_size: _KernelSize = 3
    # A block adds its input to its output, so that both have one shape: there is no "valid".
    padding: Annotated[
        Literal["boundary", "same", "periodic"],
        Field(
            description="same: zeros; periodic: round the torus; boundary: periodic or same, as the system's boundary"
        ),
    ] = "boundary"
    init: _Init = "he_normal"
    init_std: _InitStd = _INIT_STD
    bias: _ConvolutionBias = False
    norm_first: Annotated[
        bool,
        Field(description="false: blocks are x + conv2(gelu(conv1(LayerNorm(gelu(x)))))"),
    ] = True

    def output_cells(self, system: System) -> int:
        """Cells of the convolutions' outputs: all."""
        length, width = system.extent
        return length * width

    def tensors(self, system: System) -> Tensors:
        """Names and shapes of all parameter tensors, in alphabetical order."""
        size, features = self.kernel_size, self.features
        convolutions = {"embedding": system.spins_per_cell}
        norms = ["norm"]
        for block in range(self.blocks):
            convolutions |= {f"block_{block}/{name}": features for name in ("conv1", "conv2")}
            norms.append(f"block_{block}/norm")
        tensors: Tensors = {}
        for name, inputs in convolutions.items():
            tensors[f"{name}/kernel"] = (size, size, inputs, features)
            if self.bias:
                tensors[f"{name}/bias"] = (features,)
        tensors |= {f"{norm}/{name}": (features,) for norm in norms for name in ("scale", "bias")}
        return dict(sorted(tensors.items()))

    def prunable_tensors(self, system: System) -> Tensors:
        """Names and shapes of the tensors that can be pruned and are counted: the kernels of all convolutions."""
        return _kernels(self.tensors(system))


def _factory_path(module: str) -> str:
    """The dotted path of a factory that is given by it, or by the name of an entry point."""
    if ":" not in module:
        installed = {entry.name: entry.value for entry in entry_points(group=ENTRY_POINTS)}
        if module not in installed:
            refuse(
                f"must be a dotted path of the form package.module:name, or an entry point of the group "
                f"{ENTRY_POINTS} ({listed(sorted(installed)) or 'none is installed'})"
                f"{closest(module, list(installed))}"
            )
        module = installed[module].replace(" ", "")
    try:
        module_file(split_path(module)[0])
    except ValueError as error:
        refuse(str(error))
    return module


def _check_options(options: dict) -> dict:
    if "lattice" in options:
        refuse("must not hold lattice, which every network is given")
    return options


class FlaxModule(Model):
    """Any Flax linen module that maps spins (C, N) to a real log psi (C,); docs/adding-a-network.md."""

    kind: Literal["flax"]
    module: Annotated[
        str,
        Field(
            max_length=200,
            description="package.module:factory, called as factory(lattice=lattice, **options), or the name of an "
            f"entry point of the group {ENTRY_POINTS}",
        ),
        AfterValidator(_factory_path),
    ]
    options: Annotated[
        Arguments,
        AfterValidator(_check_options),
        Field(description="the factory's keyword arguments"),
    ] = Field(default_factory=dict)
    files: Files = ()
    prunable: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] | None,
        FROM_LIST,
        ALL_DIFFERENT,
        Field(
            description="tensors that are pruned, by name or pattern such as */kernel; null: all with two axes or more",
        ),
    ] = None

    def tensors(self, system: System) -> None:
        """Unknown: the module is not loaded to check a study."""

    def prunable_tensors(self, system: System) -> None:
        """Unknown: the module is not loaded to check a study."""


KINDS = (Ffnn, Cnn, ResCnn, FlaxModule)

Network = Annotated[
    Ffnn | Cnn | ResCnn | FlaxModule,
    Field(discriminator="kind", description="the ansatz for the wave function"),
]


def network_problems(network: Network, system: System) -> list[Problem]:
    """Why a network cannot be what it asks for on a system, with paths below the study."""
    problems: list[Problem] = []
    if isinstance(network, FlaxModule):
        return problems
    if network.init != "normal" and network.init_std != _INIT_STD:
        must = f"must be left out unless init is normal, and it is {network.init}"
        problems.append(not_allowed(("network", "init_std"), network.init_std, must))
    if isinstance(network, Ffnn):
        try:
            network.hidden_units(system.n_sites)
        except ValueError as error:
            problems.append(not_allowed(("network", "alpha"), network.alpha, str(error)))
        return problems
    sides = system.extent
    # A larger kernel has rows and columns for which no two cells are far enough apart.
    largest = min(sides) if network.padding == "valid" else max(3, 2 * max(sides) - 1)
    if network.kernel_size > largest:
        must = f"must be at most {largest} with padding {network.padding} on {sides[0]} x {sides[1]} cells"
        problems.append(not_allowed(("network", "kernel_size"), network.kernel_size, must))
    return problems
