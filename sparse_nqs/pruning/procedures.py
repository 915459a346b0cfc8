"""Procedures: which weights under which mask a training starts from.

theta_init is the initialisation, theta_dense the trained dense network, m_k the mask after k prunings. Chains train
round after round, each from the one before; isolated trainings take a mask of IMP-WR by itself.
"""

from collections.abc import Callable

import jax

from sparse_nqs.pruning.masks import Masks, Params, apply_masks, prune, random_twin, shuffled
from sparse_nqs.pruning.protocols import Protocol

CHAINS = ("imp_wr", "imp_ct", "irp_wr")
ISOLATED = ("t_init_imp", "t_rand_imp", "t_init_rand", "t_rand_rand", "t_init_shuffled")


def chain_start(
    procedure: str,
    previous: Params,
    previous_masks: Masks,
    rewind: Params,
    protocol: Protocol,
    key: jax.Array,
) -> tuple[Params, Masks]:
    """The start of round k of a chain.

    IMP-WR, iterative magnitude pruning with weight rewinding: the protocol prunes the trained weights of round k - 1,
    the survivors go back to the rewind target. IMP-CT, continued training: pruned in the same way, the survivors stay
    as they are. IRP-WR, random pruning: rewound, and pruned by the protocol's random twin.

    Args:
        procedure: one of `CHAINS`.
        previous: the trained weights of round k - 1; of the dense network for k = 1.
        previous_masks: m_(k-1).
        rewind: what survivors go back to, all tensors of it: theta_dense, theta_init, or between them.
        key: for random scores, fresh at every round.

    Raises:
        ValueError: if the procedure is unknown.
        PruningError: as `prune`.
    """
    match procedure:
        case "imp_wr":
            weights = rewind
        case "imp_ct":
            weights = previous
        case "irp_wr":
            weights, protocol = rewind, protocol._replace(score="random")
        case _:
            raise ValueError(f"unknown pruning procedure {procedure!r}; allowed are {', '.join(CHAINS)}")
    masks = prune(protocol, previous, previous_masks, key)
    return apply_masks(weights, masks), masks


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
    """The start of an isolated training, T(weights, mask).

    Weights: "init" is theta_init, "rand" an independent initialisation. Masks: "imp" is m_k of IMP-WR, "rand" a random
    one with as many weights in every group of the protocol, "shuffled" m_k with its axes permuted (see
    `masks.shuffled`).

    Args:
        procedure: one of `ISOLATED`.
        init: theta_init, float64 arrays by tensor name.
        imp_masks: m_k of IMP-WR, bool arrays by the name of each prunable tensor.
        protocol: its groups say among which tensors a random mask may move weights.
        fresh_init: makes an initialisation from a key.
        weights_key: for the fresh initialisation.
        masks_key: for the random or shuffled mask.

    Raises:
        ValueError: if the procedure is unknown.
    """
    if procedure not in ISOLATED:
        raise ValueError(f"unknown isolated procedure {procedure!r}; allowed are {', '.join(ISOLATED)}")
    _, weights_from, masks_from = procedure.split("_")
    params = init if weights_from == "init" else fresh_init(weights_key)
    match masks_from:
        case "imp":
            masks = imp_masks
        case "rand":
            masks = random_twin(protocol, imp_masks, masks_key)
        case "shuffled":
            masks = shuffled(imp_masks, masks_key)
    return apply_masks(params, masks), masks
