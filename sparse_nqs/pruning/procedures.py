"""Procedures: which weights under which mask a training starts from.

theta_init is the initialisation, theta_dense the trained dense network, m_k the mask after k prunings.
"""

from collections.abc import Callable

import jax

from sparse_nqs.pruning.masks import Masks, apply_masks, prune, random_twin
from sparse_nqs.pruning.protocols import Protocol

ISOLATED = ("t_init_imp", "t_rand_imp", "t_init_rand")

Params = dict[str, jax.Array]


def imp_wr_start(
    previous: Params, previous_masks: Masks, dense: Params, protocol: Protocol, key: jax.Array
) -> tuple[Params, Masks]:
    """Round k of iterative magnitude pruning with weight rewinding: theta_dense under m_k.

    Args:
        previous: the trained weights of round k - 1, whose smallest go.
        previous_masks: m_(k-1).
        dense: theta_dense, what the surviving weights rewind to.
        key: for protocols with a random score.

    Raises:
        ValueError: as `prune`.
    """
    masks = prune(protocol, previous, previous_masks, key)
    return apply_masks(dense, masks), masks


def isolated_start(
    procedure: str,
    init: Params,
    imp_masks: Masks,
    protocol: Protocol,
    *,
    fresh_init: Callable[[jax.Array], Params],
    weights_key: jax.Array,
    masks_key: jax.Array,
) -> tuple[Params, Masks]:
    """The start of an isolated training.

    T(init, imp): theta_init under m_k of IMP-WR. T(rand, imp): an independent initialisation under m_k.
    T(init, rand): theta_init under a random mask with as many weights in every group of the protocol.

    Args:
        procedure: one of `ISOLATED`.
        init: theta_init.
        imp_masks: m_k of IMP-WR.
        fresh_init: makes an initialisation from a key.
        weights_key: for the fresh initialisation.
        masks_key: for the random mask.

    Raises:
        ValueError: if the procedure is unknown.
    """
    match procedure:
        case "t_init_imp":
            params, masks = init, imp_masks
        case "t_rand_imp":
            params, masks = fresh_init(weights_key), imp_masks
        case "t_init_rand":
            params, masks = init, random_twin(protocol, imp_masks, masks_key)
        case _:
            raise ValueError(f"unknown isolated procedure {procedure!r}; allowed are {', '.join(ISOLATED)}")
    return apply_masks(params, masks), masks
