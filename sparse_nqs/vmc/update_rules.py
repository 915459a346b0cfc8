"""From the SR direction to a step: a plain step, or an Optax update rule that takes it for the gradient.

A rule sees only the direction, not the weights; `optax_rules` refuses those that need more.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import jax

from sparse_nqs import optax_rules
from sparse_nqs.vmc.options import Named


class UpdateRule(NamedTuple):
    """A rule as pure functions.

    Attributes:
        init: (zeros (P,)) -> state.
        apply: (direction (P,), state, step, learning_rate) -> (change of the weights (P,), state).
    """

    init: Callable[[jax.Array], Any]
    apply: Callable[[jax.Array, Any, jax.Array, jax.Array | float], tuple[jax.Array, Any]]


def _plain(
    direction: jax.Array, state: Any, step: jax.Array, learning_rate: jax.Array | float
) -> tuple[jax.Array, Any]:
    return -learning_rate * direction, state


PLAIN = UpdateRule(init=lambda zeros: (), apply=_plain)


@lru_cache
def update_rule(update: Named | None, schedule: Named | None) -> UpdateRule:
    """The rule for a study's `update` and `schedule`; the same object for the same arguments.

    Raises:
        OptaxError: if Optax has no such rule or schedule, or it does not work with the options.
    """
    if update is None and schedule is None:
        return PLAIN
    rate_at = optax_rules.schedule(*schedule) if schedule else None
    # The rule's own learning rate is 1; ours multiplies what comes out, so that it may be an argument.
    transform = optax_rules.rule(*(update or Named("sgd")))

    def apply(
        direction: jax.Array, state: Any, step: jax.Array, learning_rate: jax.Array | float
    ) -> tuple[jax.Array, Any]:
        change, state = transform.update(direction, state)
        return (rate_at(step) if rate_at else learning_rate) * change, state

    return UpdateRule(init=transform.init, apply=apply)
