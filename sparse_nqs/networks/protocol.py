"""What the core asks of a network, and nothing more.

A `Network` is a family of wave functions with named parameter tensors; its `log_psi` is the definition. Training,
sampling and local energies go through a `FlipPath`: functions that may use how log psi changes when few spins flip
and which weights are pruned. Everything a flip path knows of the mask is in `structure`, arrays that are arguments
of the compiled functions, so that one compilation serves all masks of the same (padded) size.

Inside a flip path spins are stored sites first, float64 (N, C) with entries +-1 for C configurations, because the
core flips one site in all configurations at once.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax

Params = dict[str, jax.Array]
Theta = Any
Structure = Any
Cache = Any


class FlipPath(NamedTuple):
    """A network as the core runs it. Every function is pure, and module-level so that it can be a static argument.

    Attributes:
        build_structure: (masks) -> structure, on the host; masks are bool arrays by tensor name.
        compress: (params, structure) -> theta, the parameters as trained.
        expand: (theta, structure, masks) -> params, on the host; pruned weights come back exactly zero.
        build_cache: (theta, structure, spins (N, C)) -> cache, with log psi in it.
        log_psi: (cache) -> float64 (C,).
        propose: (theta, structure, cache, spins (N, C), sites (w,)) -> (log psi(flipped) - log psi (C,), proposal),
            for the flip of the same w sites in every configuration.
        accept: (cache, proposal, accepted bool (C,)) -> cache.
        log_derivatives: (theta, structure, cache, spins) -> (P, C), d log psi / d theta_p of the P (padded) active
            weights; padded rows are zero.
        gram: (theta, structure, cache, spins) -> float64 (C, C), the sum over *all* weights of the products of
            derivatives, for an unpruned network where this costs less than the product of `log_derivatives` with
            itself; None if the network has no such short cut.
        pullback: (theta, structure, cache, spins, x (C,)) -> (P,), sum_c O_pc x_c.
        step: (theta, structure, update (P,)) -> theta, adds the update to the active weights.
        n_active: (structure) -> int, the number P of (padded) active weights.
    """

    build_structure: Callable[..., Structure]
    compress: Callable[..., Theta]
    expand: Callable[..., Params]
    build_cache: Callable[..., Cache]
    log_psi: Callable[..., jax.Array]
    propose: Callable[..., tuple[jax.Array, Any]]
    accept: Callable[..., Cache]
    log_derivatives: Callable[..., jax.Array]
    gram: Callable[..., jax.Array] | None
    pullback: Callable[..., jax.Array]
    step: Callable[..., Theta]
    n_active: Callable[[Structure], int]


class Network(NamedTuple):
    """A variational family on N spins.

    Attributes:
        kind: its name in a study.
        n_sites: N.
        shapes: the shape of every parameter tensor by name, in a fixed order.
        prunable: the names of the tensors that pruning may touch.
        init: (key) -> params, float64, a fresh initialisation.
        log_psi: (params, sigma (C, N)) -> float64 (C,), the definition every fast path is tested against.
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
