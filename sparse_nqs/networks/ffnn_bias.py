"""The flip path of a feed-forward network with biases, from that of one without.

A bias is the weight of one more spin, which is always up and whose weights are never pruned: log psi of N spins is that
of N + 1 spins without biases. A unit that has lost all other weights stays, as its bias is trained on.
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar

import jax
import numpy as np

from sparse_nqs.networks.contract import FlipPath, FlipSchedule, LogDerivatives, Masks, Params, Walkers
from sparse_nqs.networks.ffnn_mask import MASKING, FfnnMask
from sparse_nqs.networks.hidden_layer import LayerFlips, PreActivations, UnitChanges, with_spin_up

FfnnWalkers: TypeAlias = Walkers[jax.Array, FfnnMask, PreActivations]
FfnnPath: TypeAlias = FlipPath[jax.Array, jax.Array, FfnnMask, PreActivations, UnitChanges]
ResultT = TypeVar("ResultT")
OthersT = ParamSpec("OthersT")


def _masks(masks: Masks) -> Masks:
    mask = np.asarray(masks["kernel"], dtype=bool)
    return {"kernel": np.concatenate([mask, np.ones((1, mask.shape[1]), dtype=bool)])}


def _without_last(structure: FfnnMask) -> FfnnMask:
    """The structure of the spins that can flip."""
    return structure._replace(mask=structure.mask[:-1])


def _of_all_spins(
    function: Callable[Concatenate[FfnnWalkers, OthersT], ResultT],
) -> Callable[Concatenate[FfnnWalkers, OthersT], ResultT]:
    def of_spins(walkers: FfnnWalkers, /, *others: OthersT.args, **named: OthersT.kwargs) -> ResultT:
        return function(walkers._replace(spins=with_spin_up(walkers.spins)), *others, **named)

    return of_spins


def _compress(params: Params, structure: FfnnMask) -> jax.Array:
    rows = np.asarray(params["kernel"]), np.asarray(params["bias"])[None, :]
    return MASKING.compress({"kernel": np.concatenate(rows)}, structure)


def _expand(theta: jax.Array, structure: FfnnMask, masks: Masks) -> Params:
    whole = np.asarray(MASKING.expand(theta, structure, _masks(masks))["kernel"])
    return {"bias": jax.device_put(whole[-1]), "kernel": jax.device_put(whole[:-1])}


def with_biases(path: FfnnPath, flips: LayerFlips[FfnnMask]) -> FfnnPath:
    """The flip path for params "kernel" (N, H) and "bias" (H,), of which the kernel has a mask.

    Args:
        path: for a "kernel" (N + 1, H) without biases.
        flips: the same layer's, for weights with a last row of biases.
    """
    gram, sign_bits = path.derivatives.sample_gram, path.derivatives.sign_bits
    assert gram is not None and sign_bits is not None

    def schedule(structure: FfnnMask, sets: np.ndarray, together: bool) -> FlipSchedule:
        return flips.schedule(_without_last(structure), sets, together)

    return FlipPath(
        MASKING._replace(
            build_structure=lambda masks: MASKING.build_structure(_masks(masks)),
            compress=_compress,
            expand=_expand,
        ),
        flips._replace(
            schedule=schedule,
            numbers_per_configuration=lambda structure: flips.numbers_per_configuration(
                _without_last(structure)
            ),
        ),
        LogDerivatives(
            _of_all_spins(path.derivatives.log_derivatives),
            _of_all_spins(path.derivatives.pullback),
            gram._replace(unpruned=_of_all_spins(gram.unpruned), product=_of_all_spins(gram.product)),
            _of_all_spins(sign_bits),
        ),
    )
