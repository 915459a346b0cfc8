"""The feed-forward network with one hidden layer."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sparse_nqs.fields.cost import PRODUCT, UNIT, NetworkCost
from sparse_nqs.fields.model import Positive
from sparse_nqs.fields.network import INIT_STD, Init, InitStd, NetworkOptions, Place, Tensors, init_mistakes
from sparse_nqs.fields.system import System
from sparse_nqs.messages import Mistake, not_allowed

if TYPE_CHECKING:
    from sparse_nqs.hamiltonians import Lattice
    from sparse_nqs.networks import Network

LABEL, FACE, MARKER, PLACE = "FFNN", "#000000", "o", 1


class Options(NetworkOptions):
    """One hidden layer: log psi(s) = sum_h relu((s W + b)_h), W of shape (N, alpha N)."""

    kind: Literal["ffnn"]
    alpha: Annotated[Positive, Field(le=100_000, description="hidden units per spin; may be a fraction")]
    init_std: InitStd = INIT_STD
    init: Init = "normal"
    bias: Annotated[
        bool,
        Field(description="whether units have biases b; they start at 0, are never pruned, not counted in n"),
    ] = False

    def tensors(self, system: System) -> Tensors:
        """See `NetworkOptions`.

        Raises:
            ValueError: as `hidden_units`.
        """
        return tensors(self.model_dump(mode="json"), system)

    def mistakes(self, system: System) -> list[Mistake]:
        """See `NetworkOptions`."""
        mistakes = init_mistakes(self.init, self.init_std)
        try:
            hidden_units(self.alpha, system.n_sites)
        except ValueError as error:
            mistakes.append(not_allowed(("network", "alpha"), self.alpha, str(error)))
        return mistakes

    def cost(self, system: System) -> NetworkCost:
        """See `NetworkOptions`: a flip changes every pre-activation that the spin is connected to."""
        n_sites = system.n_sites
        units = hidden_units(self.alpha, n_sites)
        return NetworkCost(
            evaluation=4 * PRODUCT * n_sites * units,
            flip=UNIT * units,
            values=4 * units,
            flip_per_weight=UNIT,
            by_bits=True,
            gram_columns=n_sites + units,
        )


def hidden_units(alpha: float, n_sites: int) -> int:
    """The number of hidden units, alpha N.

    Raises:
        ValueError: if that is not a whole number of at least 1.
    """
    width = alpha * n_sites
    # 1.1 * 10 is not 11 in floating point.
    units = round(width)
    if units < 1 or abs(width - units) > 1e-9 * units:
        raise ValueError(
            f"must give a whole number of hidden units, at least 1, and alpha * N = "
            f"{alpha:g} * {n_sites} = {width:g}"
        )
    return units


def tensors(network: dict, place: Place) -> Tensors:
    """Names and shapes of all parameter tensors.

    Raises:
        ValueError: as `hidden_units`.
    """
    units = hidden_units(network["alpha"], place.n_sites)
    biases: Tensors = {"bias": (units,)} if network.get("bias", False) else {}
    return biases | {"kernel": (place.n_sites, units)}


def build(network: dict, lattice: "Lattice") -> "Network":
    """The network on a lattice."""
    from sparse_nqs.networks import ffnn

    return ffnn.build(network, tensors(network, lattice))


def columns(network: dict) -> dict[str, Any]:
    """Its columns of rounds.parquet."""
    return {"alpha": network["alpha"]}
