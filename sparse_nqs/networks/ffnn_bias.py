"""The flip path of a feed-forward network with biases, from that of one without.

A bias is the weight of one more spin, which is always up and whose weights are never pruned: log psi of N spins is that
of N + 1 spins without biases. A unit that has lost all other weights stays, as its bias is trained on.
"""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from sparse_nqs.networks.hidden_layer import HiddenLayer, with_spin_up
from sparse_nqs.networks.protocol import FlipPath, Params, Stages, Structure, Theta


def _masks(masks: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    mask = np.asarray(masks["kernel"], dtype=bool)
    return {"kernel": np.concatenate([mask, np.ones((1, mask.shape[1]), dtype=bool)])}


def _without_last(structure: Structure) -> Structure:
    """The structure of the spins that can flip."""
    return structure._replace(mask=structure.mask[:-1])


def _of_all_spins(function: Callable[..., Any]) -> Callable[..., Any]:
    def of_spins(
        weights: jax.Array, structure: Structure, cache: Any, spins: jax.Array, *others: jax.Array | None
    ) -> Any:
        return function(weights, structure, cache, with_spin_up(spins), *others)

    return of_spins


def with_biases(path: FlipPath, layer: HiddenLayer) -> FlipPath:
    """The flip path for params "kernel" (N, H) and "bias" (H,), of which the kernel has a mask.

    Args:
        path: for a "kernel" (N + 1, H) without biases, with a structure that has the kept units' `mask`.
        layer: the same layer's, for weights with a last row of biases.
    """
    kernel = path.kernel
    assert kernel is not None and path.sign_bits is not None

    def compress(params: Params, structure: Structure) -> Theta:
        rows = np.asarray(params["kernel"]), np.asarray(params["bias"])[None, :]
        return path.compress({"kernel": np.concatenate(rows)}, structure)

    def expand(theta: Theta, structure: Structure, masks: dict[str, np.ndarray]) -> Params:
        whole = np.asarray(path.expand(theta, structure, _masks(masks))["kernel"])
        return {"bias": jax.device_put(whole[-1]), "kernel": jax.device_put(whole[:-1])}

    def stages(structure: Structure, flips: np.ndarray, together: bool) -> Stages:
        return path.stages(_without_last(structure), flips, together)

    return path._replace(
        **layer._asdict(),
        build_structure=lambda masks: path.build_structure(_masks(masks)),
        compress=compress,
        expand=expand,
        stages=stages,
        log_derivatives=_of_all_spins(path.log_derivatives),
        pullback=_of_all_spins(path.pullback),
        numbers_per_configuration=lambda structure: path.numbers_per_configuration(_without_last(structure)),
        kernel=kernel._replace(
            unpruned=_of_all_spins(kernel.unpruned), product=_of_all_spins(kernel.product)
        ),
        sign_bits=_of_all_spins(path.sign_bits),
    )
