"""What the core asks of a network, and nothing more.

A `Network` is a family of wave functions with named parameter tensors; its `log_psi` is the definition. Training,
sampling and local energies go through a `FlipPath`: functions that may use how log psi changes when few spins flip
and which weights are pruned. Everything a flip path knows of the mask is in `structure`, arrays that are arguments
of the compiled functions, so that one compilation serves all masks of the same (padded) size.

Inside a flip path configurations are the last axis: spins are (N, C) with entries +-1, so that what is done to one
site or one hidden unit is done to all configurations at once. The dtype of the spins, float32 or float64, is the one
that all is computed in.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import numpy as np

from sparse_nqs.networks.sign_bits import SignBits

Params = Mapping[str, jax.Array | np.ndarray]
Theta = Any
Weights = Any
Structure = Any
Cache = Any


class Stage(NamedTuple):
    """S times M flip sets of w sites each. The core goes through the S rows one after another and proposes the M
    sets of a row at the same time.

    Attributes:
        sites: int32 (S, M, w), padded with N where a row has fewer sets.
        details: what else the flip path wants to know of them; every array has S as its first axis.
    """

    sites: jax.Array
    details: Any = ()


Stages = tuple[Stage, ...]


class Kernel(NamedTuple):
    """K = Cov(O) over C configurations, (C, C), without the derivatives O (P, C), where that costs less than by O.

    Attributes:
        unpruned: (weights, structure, cache, spins, importance) -> (C, C), on and above the diagonal: K of the network
            with no weight pruned but those of dead units, times the share of its weights that survived. The mask's own
            K is near it, and equal to it without a mask. `importance`: weights (C,) of the configurations, or None.
        product: (weights, structure, cache, spins, x (C,)) -> O^T O x, (C,).
        n_unpruned: (structure) -> the number of (padded) weights that `unpruned` is about.
        unpruned_columns: (structure) -> `unpruned` costs about as much as the Gram matrix of so many columns.
    """

    unpruned: Callable[..., jax.Array]
    product: Callable[..., jax.Array]
    n_unpruned: Callable[[Structure], int]
    unpruned_columns: Callable[[Structure], int]


class FlipPath(NamedTuple):
    """A network as the core runs it. Every function is pure, and module-level so that it can be a static argument.

    Attributes:
        build_structure: (masks) -> structure, on the host; masks are bool arrays by tensor name.
        compress: (params, structure) -> theta, the parameters as trained, float64; on the host.
        weights: (theta, structure, dtype) -> weights, what the functions below that take them want of theta.
        expand: (theta, structure, masks) -> params, on the host; pruned weights come back exactly zero.
        stages: (structure, flips int (K, w), together) -> Stages, on the host. If `together` is False the order of
            the flip sets is kept, no row is padded and nothing is assumed of the sets in a row; if it is True they
            may be reordered, and the sets of a row are such that flipping one does not change the log ratio of
            another.
        build_cache: (weights, structure, spins (N, C)) -> cache, arrays with configurations as their last axis.
        log_psi: (cache) -> (C,).
        propose: (weights, structure, cache, spins, stage) -> (log psi(flipped) - log psi (M, C), proposal), for a row
            of a `Stage`: the same M flip sets in every configuration, each by itself.
        accept: (cache, proposal, accepted bool (M, C)) -> cache, only for rows made with `together`.
        log_derivatives: (weights, structure, cache, spins) -> (P, C), d log psi / d theta_p of the P (padded) active
            weights; padded rows are zero.
        pullback: (weights, structure, cache, spins, x (C,)) -> (P,), sum_c O_pc x_c.
        step: (theta, structure, update (P,)) -> theta, adds the update to the active weights.
        n_active: (structure) -> int, the number P of (padded) active weights.
        numbers_per_configuration: (structure) -> about how many numbers a configuration keeps busy, from which the
            core chooses how many to treat at a time.
        kernel: see `Kernel`; None if the network has no such short cut.
        sign_bits: (weights, structure, cache, spins (N, C)) -> `SignBits`, the P (padded) vectors d log psi / d theta_p
            of C entries, for a network whose derivatives are all -1, 0 or 1; otherwise None.
        single_precision: whether the functions work in float32 as well as in float64.
    """

    build_structure: Callable[..., Structure]
    compress: Callable[..., Theta]
    weights: Callable[..., Weights]
    expand: Callable[..., Params]
    stages: Callable[[Structure, np.ndarray, bool], Stages]
    build_cache: Callable[..., Cache]
    log_psi: Callable[..., jax.Array]
    propose: Callable[..., tuple[jax.Array, Any]]
    accept: Callable[..., Cache]
    log_derivatives: Callable[..., jax.Array]
    pullback: Callable[..., jax.Array]
    step: Callable[..., Theta]
    n_active: Callable[[Structure], int]
    numbers_per_configuration: Callable[[Structure], int]
    kernel: Kernel | None = None
    sign_bits: Callable[..., SignBits] | None = None
    single_precision: bool = True


class Network(NamedTuple):
    """A variational family on N spins.

    Attributes:
        kind: its name in a study.
        n_sites: N.
        shapes: the shape of every parameter tensor by name, in a fixed order.
        prunable: the names of the tensors that pruning may touch.
        init: (key) -> params, float64, a fresh initialisation.
        log_psi: (params, sigma (C, N)) -> (C,) in the dtype of the params, the definition every fast path is tested
            against.
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
    flip_path: FlipPath


def one_by_one(flips: np.ndarray) -> Stage:
    """Flip sets int (K, w) as a stage that proposes one at a time."""
    return Stage(jax.device_put(np.asarray(flips, dtype=np.int32)[:, None, :]))
