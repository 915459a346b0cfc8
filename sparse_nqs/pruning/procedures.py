"""Procedures: which weights under which mask a training starts from.

theta_init is the initialisation, theta_dense the trained dense network, m_k the mask after k prunings. Chains train
round after round, each from the one before; isolated trainings take a mask of IMP-WR by itself. Each procedure is a
file of `members.procedures`.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax

from sparse_nqs.members.procedures import load_of_kind, of_kind
from sparse_nqs.pruning.protocols import Protocol
from sparse_nqs.pruning.scores import Masks, Params

CHAINS = of_kind("chain")
ISOLATED = of_kind("isolated")

Start = tuple[Params, Masks]


class ChainRound(NamedTuple):
    """What round k of a chain may start from.

    Attributes:
        trained: the trained weights of round k - 1; of the dense network for k = 1.
        masks: m_(k-1).
        rewind: what survivors go back to, all tensors of it: theta_dense, theta_init, or between them.
        protocol: the study's.
        key: for random scores, fresh at every round.
    """

    trained: Params
    masks: Masks
    rewind: Params
    protocol: Protocol
    key: jax.Array


class Ticket(NamedTuple):
    """What an isolated training, T(weights, mask), may start from.

    Attributes:
        init: theta_init, float64 arrays by tensor name.
        masks: m_k of IMP-WR, bool arrays by the name of each prunable tensor.
        protocol: its groups say among which tensors a random mask may move weights.
        fresh_init: makes an initialisation from a key.
        weights_key: for the fresh initialisation.
        masks_key: for the random or shuffled mask.
    """

    init: Params
    masks: Masks
    protocol: Protocol
    fresh_init: Callable[[jax.Array], Params]
    weights_key: jax.Array
    masks_key: jax.Array


def chain_start(
    procedure: str,
    previous: Params,
    previous_masks: Masks,
    rewind: Params,
    protocol: Protocol,
    key: jax.Array,
) -> Start:
    """The weights and masks that a round of a chain starts from.

    Args:
        procedure: one of `CHAINS`; the other arguments are those of `ChainRound`.

    Raises:
        ValueError: if the procedure is no chain.
        PruningError: as `prune`.
    """
    chain = load_of_kind("chain", procedure)
    return chain.start(ChainRound(previous, previous_masks, rewind, protocol, key))


def isolated_start(
    procedure: str,
    init: Params,
    imp_masks: Masks,
    protocol: Protocol,
    *,
    fresh_init: Callable[[jax.Array], Params],
    weights_key: jax.Array,
    masks_key: jax.Array,
) -> Start:
    """The weights and masks that an isolated training starts from.

    Args:
        procedure: one of `ISOLATED`; the other arguments are those of `Ticket`.

    Raises:
        ValueError: if the procedure is no isolated training.
    """
    isolated = load_of_kind("isolated", procedure)
    return isolated.start(Ticket(init, imp_masks, protocol, fresh_init, weights_key, masks_key))
