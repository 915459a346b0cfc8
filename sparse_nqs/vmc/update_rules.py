"""What becomes of the SR direction: a plain step, or an Optax update rule with it in place of the gradient.

Optax takes a second to import and is only imported where a study asks for it.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import jax

from sparse_nqs.errors import WorkError
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


def _build(module: Any, named: Named, what: str, **fixed: float) -> Any:
    try:
        return getattr(module, named.name)(**fixed, **dict(named.options))
    except (AttributeError, TypeError, ValueError) as error:
        raise WorkError(f"training.{what}: {named.name} with {dict(named.options)}: {error}") from error


@lru_cache
def update_rule(update: Named | None, schedule: Named | None) -> UpdateRule:
    """The rule for a study's `update` and `schedule`; the same object for the same arguments.

    Raises:
        WorkError: if Optax has no such rule or schedule, or it does not take the options.
    """
    if update is None and schedule is None:
        return PLAIN
    import optax

    rate_at = _build(optax, schedule, "schedule") if schedule else None
    # The rule's own learning rate is 1; ours multiplies what comes out, so that it may be an argument.
    transform = _build(optax, update or Named("sgd"), "update", learning_rate=1.0)

    def apply(
        direction: jax.Array, state: Any, step: jax.Array, learning_rate: jax.Array | float
    ) -> tuple[jax.Array, Any]:
        change, state = transform.update(direction, state, direction)
        return (rate_at(step) if rate_at else learning_rate) * change, state

    return UpdateRule(init=transform.init, apply=apply)
