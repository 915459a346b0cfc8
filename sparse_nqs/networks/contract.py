"""What the core asks of a network, and nothing more.

A `Network` is a family of wave functions with named parameter tensors; its `log_psi` is the definition. Training,
sampling and local energies go through a `FlipPath`: functions that may use how log psi changes when few spins flip
and which weights are pruned. It has three parts: `MaskHandling`, `Flips` and `LogDerivatives`. Everything a flip path
knows of the mask is in its structure, arrays that are arguments of the compiled functions, so that one compilation
serves all masks of the same (padded) size.

The types of theta, the weights, the structure, the cache and a proposal are the network's own. They are parameters of
the records here, so that mypy checks that the functions of a network fit together.

Inside a flip path configurations are the last axis: spins are (N, C) with entries +-1, so that what is done to one
site or one hidden unit is done to all configurations at once. The dtype of the spins, float32 or float64, is the one
that all is computed in. Log psi is real, in the same dtype; `amplitude` has what assumes so.
"""

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike

from sparse_nqs.networks.sign_bits import SignBits

Params = Mapping[str, jax.Array | np.ndarray]
# Bool arrays by the name of each prunable tensor, True where a weight survives.
Masks = dict[str, np.ndarray]

# Of `Network.log_psi` for params in float64.
LOG_PSI_DTYPE = jnp.float64

ThetaT = TypeVar("ThetaT")
WeightsT = TypeVar("WeightsT")
StructureT = TypeVar("StructureT")
CacheT = TypeVar("CacheT")
ProposalT = TypeVar("ProposalT")


class FlipRows(NamedTuple):
    """S times M flip sets of w sites each. The core goes through the S rows one after another and proposes the M
    sets of a row at the same time.

    Attributes:
        sites: int32 (S, M, w), padded with N where a row has fewer sets.
        details: what else the flip path wants to know of them; every array has S as its first axis.
    """

    sites: jax.Array
    details: tuple[jax.Array, ...] = ()


# Flip sets in the order in which they are proposed; those of one width together.
FlipSchedule = tuple[FlipRows, ...]


class Walkers(NamedTuple, Generic[WeightsT, StructureT, CacheT]):
    """Configurations, and the network that gives their psi.

    Attributes:
        weights: from `MaskHandling.weights`.
        structure: from `MaskHandling.build_structure`.
        cache: from `Flips.build_cache` or `Flips.accept`, of these spins.
        spins: (N, C), entries +-1.
    """

    weights: WeightsT
    structure: StructureT
    cache: CacheT
    spins: jax.Array

    def moved(self, cache: CacheT, spins: jax.Array) -> "Walkers[WeightsT, StructureT, CacheT]":
        """The same network at other configurations."""
        return self._replace(cache=cache, spins=spins)


class MaskHandling(NamedTuple, Generic[ThetaT, WeightsT, StructureT]):
    """How weights are kept while some are pruned.

    Attributes:
        build_structure: (masks) -> structure, on the host.
        compress: (params, structure) -> theta, the parameters as trained, float64; on the host.
        expand: (theta, structure, masks) -> params, on the host; pruned weights come back exactly zero.
        weights: (theta, structure, dtype) -> weights, what the other parts want of theta.
        step: (theta, structure, update (P,)) -> theta, adds the update to the active weights.
        n_active: (structure) -> int, the number P of (padded) active weights.
    """

    build_structure: Callable[[Masks], StructureT]
    compress: Callable[[Params, StructureT], ThetaT]
    expand: Callable[[ThetaT, StructureT, Masks], Params]
    weights: Callable[[ThetaT, StructureT, DTypeLike], WeightsT]
    step: Callable[[ThetaT, StructureT, jax.Array], ThetaT]
    n_active: Callable[[StructureT], int]


class Flips(NamedTuple, Generic[WeightsT, StructureT, CacheT, ProposalT]):
    """How log psi changes when spins flip.

    Attributes:
        schedule: (structure, flips int (K, w), together) -> FlipSchedule, on the host. If `together` is False the
            order of the flip sets is kept, no row is padded and nothing is assumed of the sets in a row; if it is True
            they may be reordered, and the sets of a row are such that flipping one does not change the log ratio of
            another.
        build_cache: (weights, structure, spins (N, C)) -> cache, arrays with configurations as their last axis.
        log_psi: (cache) -> (C,), real.
        propose: (walkers, row) -> (log psi(flipped) - log psi (M, C), proposal), for a row of `FlipRows`: the same M
            flip sets in every configuration, each by itself.
        accept: (cache, proposal, accepted bool (M, C)) -> cache, only for rows made with `together`.
        numbers_per_configuration: (structure) -> about how many numbers a configuration keeps busy, from which the
            core chooses how many to treat at a time.
        single_precision: whether all functions of the path work in float32 as well as in float64.
    """

    schedule: Callable[[StructureT, np.ndarray, bool], FlipSchedule]
    build_cache: Callable[[WeightsT, StructureT, jax.Array], CacheT]
    log_psi: Callable[[CacheT], jax.Array]
    propose: Callable[[Walkers[WeightsT, StructureT, CacheT], FlipRows], tuple[jax.Array, ProposalT]]
    accept: Callable[[CacheT, ProposalT, jax.Array], CacheT]
    numbers_per_configuration: Callable[[StructureT], int]
    single_precision: bool = True

    def at(
        self, weights: WeightsT, structure: StructureT, spins: jax.Array
    ) -> Walkers[WeightsT, StructureT, CacheT]:
        """Walkers at spins (N, C)."""
        return Walkers(weights, structure, self.build_cache(weights, structure, spins), spins)


class SampleGram(NamedTuple, Generic[WeightsT, StructureT, CacheT]):
    """K = Cov(O) over C configurations, (C, C), without the derivatives O (P, C), where that costs less than by O.

    Attributes:
        unpruned: (walkers, importance) -> (C, C), on and above the diagonal: K of the network with no weight pruned but
            those of dead units, times the share of its weights that survived. The mask's own K is near it, and equal
            to it without a mask. `importance`: weights (C,) of the configurations, or None.
        product: (walkers, x (C,)) -> O^T O x, (C,).
        n_unpruned: (structure) -> the number of (padded) weights that `unpruned` is about.
        unpruned_columns: (structure) -> `unpruned` costs about as much as the Gram matrix of so many columns.
    """

    unpruned: Callable[[Walkers[WeightsT, StructureT, CacheT], jax.Array | None], jax.Array]
    product: Callable[[Walkers[WeightsT, StructureT, CacheT], jax.Array], jax.Array]
    n_unpruned: Callable[[StructureT], int]
    unpruned_columns: Callable[[StructureT], int]


class LogDerivatives(NamedTuple, Generic[WeightsT, StructureT, CacheT]):
    """O = d log psi / d theta of the P (padded) active weights.

    Attributes:
        log_derivatives: (walkers) -> O (P, C); padded rows are zero.
        pullback: (walkers, x (C,)) -> (P,), sum_c O_pc x_c.
        sample_gram: see `SampleGram`; None if the network has no such short cut.
        sign_bits: (walkers) -> `SignBits`, the P (padded) vectors of C entries, for a network whose derivatives are all
            -1, 0 or 1; otherwise None.
    """

    log_derivatives: Callable[[Walkers[WeightsT, StructureT, CacheT]], jax.Array]
    pullback: Callable[[Walkers[WeightsT, StructureT, CacheT], jax.Array], jax.Array]
    sample_gram: SampleGram[WeightsT, StructureT, CacheT] | None = None
    sign_bits: Callable[[Walkers[WeightsT, StructureT, CacheT]], SignBits] | None = None


class FlipPath(NamedTuple, Generic[ThetaT, WeightsT, StructureT, CacheT, ProposalT]):
    """A network as the core runs it. Every function is pure, and the same object for equal networks, so that a path
    can be a static argument of compiled functions.
    """

    masking: MaskHandling[ThetaT, WeightsT, StructureT]
    flips: Flips[WeightsT, StructureT, CacheT, ProposalT]
    derivatives: LogDerivatives[WeightsT, StructureT, CacheT]


# The path of a network that is chosen by name: of which types it is, only the network knows.
AnyFlipPath: TypeAlias = FlipPath[Any, Any, Any, Any, Any]


class Network(NamedTuple):
    """A variational family on N spins.

    Attributes:
        kind: its name in a study.
        n_sites: N.
        shapes: the shape of every parameter tensor by name, in a fixed order.
        prunable: the names of the tensors that pruning may touch.
        init: (key) -> params, float64, a fresh initialisation.
        log_psi: (params, sigma (C, N)) -> (C,), real, in the dtype of the params: the definition that every fast path
            is tested against.
        flax_module: () -> a Flax module whose `apply({"params": ...}, sigma)` is the same function.
        to_flax: (params) -> that module's "params" tree.
        flip_path: how the core runs it.
    """

    kind: str
    n_sites: int
    shapes: dict[str, tuple[int, ...]]
    prunable: tuple[str, ...]
    init: Callable[[jax.Array], Params]
    log_psi: Callable[[Params, jax.Array], jax.Array]
    flax_module: Callable[[], Any]
    to_flax: Callable[[Params], dict]
    flip_path: AnyFlipPath


class MaskedNetwork(NamedTuple):
    """One wave function of a family.

    Attributes:
        network: the family.
        params: float64 arrays by tensor name.
        masks: of its prunable tensors.
    """

    network: Network
    params: Params
    masks: Masks


def one_by_one(flips: np.ndarray) -> FlipRows:
    """Flip sets int (K, w) as rows that propose one at a time."""
    return FlipRows(jax.device_put(np.asarray(flips, dtype=np.int32)[:, None, :]))
