"""The networks: what the `network` part of a study may say, and the tensors that follow from it."""

from importlib.metadata import entry_points
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sparse_nqs.config.fields import ALL_DIFFERENT, FROM_LIST, Model, Positive, refuse
from sparse_nqs.config.messages import Problem, closest, listed, not_allowed
from sparse_nqs.config.options import Options
from sparse_nqs.config.plugins import module_file
from sparse_nqs.config.systems import Files, System
from sparse_nqs.user_code import split_path

Tensors = dict[str, tuple[int, ...]]

# Installed packages may give their networks a name in this group of entry points.
ENTRY_POINTS = "sparse_nqs.networks"

# The bound is far beyond what can be trained; it keeps arithmetic on a mistyped number harmless.
_Features = Annotated[int, Field(ge=1, le=100_000, description="channels F")]


class Ffnn(Model):
    """One hidden layer without biases: log psi(s) = sum_h relu((s W)_h), W of shape (N, alpha N)."""

    kind: Literal["ffnn"]
    alpha: Annotated[Positive, Field(le=100_000, description="hidden units per spin; may be a fraction")]
    init_std: Annotated[Positive, Field(description="standard deviation of the initial weights")] = 0.01

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
        return {"kernel": (system.n_sites, self.hidden_units(system.n_sites))}

    def prunable_tensors(self, system: System) -> Tensors:
        """Names and shapes of the tensors that are pruned: all of them.

        Raises:
            ValueError: as `hidden_units`.
        """
        return self.tensors(system)


class Cnn(Model):
    """One 3 x 3 convolution to F channels without bias, He-normal: log psi(s) = sum gelu(conv(s))."""

    kind: Literal["cnn"]
    features: _Features = 4

    def tensors(self, system: System) -> Tensors:
        """Names and shapes of all parameter tensors."""
        return {"conv/kernel": (3, 3, system.spins_per_cell, self.features)}

    def prunable_tensors(self, system: System) -> Tensors:
        """Names and shapes of the tensors that are pruned: all of them."""
        return self.tensors(system)


class ResCnn(Model):
    """A 3 x 3 embedding to F channels, B blocks x + conv2(gelu(conv1(gelu(LayerNorm(x))))), a LayerNorm, the sum."""

    kind: Literal["res_cnn"]
    # Over one channel a LayerNorm is its bias, whatever comes in: no convolution would be trained.
    features: Annotated[
        int,
        Field(ge=2, le=100_000, description="channels F; a LayerNorm over one is constant, over two a sign"),
    ] = 16
    blocks: Annotated[int, Field(ge=1, le=1000, description="residual blocks B, two convolutions each")] = 4

    def tensors(self, system: System) -> Tensors:
        """Names and shapes of all parameter tensors, in alphabetical order."""
        norm = {"scale": (self.features,), "bias": (self.features,)}
        tensors: Tensors = {"embedding/kernel": (3, 3, system.spins_per_cell, self.features)}
        for block in range(self.blocks):
            for convolution in ("conv1", "conv2"):
                tensors[f"block_{block}/{convolution}/kernel"] = (3, 3, self.features, self.features)
            tensors |= {f"block_{block}/norm/{name}": shape for name, shape in norm.items()}
        tensors |= {f"norm/{name}": shape for name, shape in norm.items()}
        return dict(sorted(tensors.items()))

    def prunable_tensors(self, system: System) -> Tensors:
        """Names and shapes of the tensors that can be pruned and are counted: all convolutions."""
        return {name: shape for name, shape in self.tensors(system).items() if name.endswith("/kernel")}


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
        Options,
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


def width_problems(network: Network, system: System) -> list[Problem]:
    """Why a network cannot have the width that it asks for on a system, with paths below the study."""
    if isinstance(network, Ffnn):
        try:
            network.hidden_units(system.n_sites)
        except ValueError as error:
            return [not_allowed(("network", "alpha"), network.alpha, str(error))]
    return []
