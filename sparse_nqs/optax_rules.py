"""Update rules and learning rate schedules of Optax by name: found, called, and tried on shapes alone.

A leaf: `config` refuses with it before any job what cannot work, `vmc` builds with it what trains. Optax and JAX take a
second to import and are only imported where a study asks for one of the two.
"""

import difflib
import inspect
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import FunctionType
from typing import Any

from sparse_nqs.errors import WorkError

_RATE = "learning_rate"
# If these are zero or below, Optax makes the rate a constant, or begins at once, and says so only in a log.
_LEAST = {"transition_steps": 1, "transition_begin": 0}
_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


class OptaxError(WorkError):
    """Optax has nothing of that name that works here with these options; the message says why."""


@lru_cache
def rule(name: str, options: tuple[tuple[str, Any], ...]) -> Any:
    """The gradient transformation of an update rule, with a learning rate of 1; the same object for the same arguments.

    Args:
        name: its name in Optax, such as "adam".
        options: its arguments but the learning rate, as (name, value) pairs.

    Raises:
        OptaxError: if Optax has no such rule, it does not take the options, draws random numbers of its own, or needs
            more than the SR direction: the weights, as weight decay does, or the energy as a function, as line
            searches do.
    """
    transform = _call(name, dict(options), {_RATE: 1.0})
    if not all(callable(getattr(transform, part, None)) for part in ("init", "update")):
        raise OptaxError(f"{name} is not an update rule of Optax{_closest(name, rules())}")

    def update(direction: Any, weights: Any) -> Any:
        return transform.update(direction, transform.init(direction), weights)[0]

    direction = _shape((2,), float)
    try:
        change = _traced(lambda value: update(value, None), direction)
    except Exception as error:
        try:
            _traced(update, direction, direction)
        except Exception as other:
            raise OptaxError(f"{_written(name, options)} cannot be applied: {_first_line(other)}") from other
        raise OptaxError(
            f"{name} reads the weights themselves (weight decay, norms of layers); allowed is a rule of the direction "
            "alone, such as adam"
        ) from error
    if getattr(change, "shape", None) != direction.shape:
        raise OptaxError(f"{_written(name, options)} does not give a change for every weight")
    if _holds_key(_traced(transform.init, direction)):
        raise OptaxError(
            f"{name} draws random numbers of its own, the same for every seed of a study; allowed is a rule without, "
            "such as adam"
        )
    return transform


@lru_cache
def schedule(name: str, options: tuple[tuple[str, Any], ...]) -> Callable[[Any], Any]:
    """The function step -> learning rate of a schedule; the same object for the same arguments.

    Args:
        name: its name in Optax, such as "cosine_decay_schedule".
        options: its arguments, as (name, value) pairs.

    Raises:
        OptaxError: if Optax has no such schedule, it does not take the options, or does not give a number for a step.
    """
    rate_at = _call(name, dict(options), {})
    for option, value in options:
        if option in _LEAST and value < _LEAST[option]:
            raise OptaxError(f"{name}: {option} = {value} is not allowed: must be at least {_LEAST[option]}")
    if not callable(rate_at):
        raise OptaxError(f"{name} is not a schedule of Optax{_closest(name, schedules())}")
    try:
        rate = _traced(rate_at, _shape((), int))
    except Exception as error:
        raise OptaxError(f"{_written(name, options)} cannot be applied: {_first_line(error)}") from error
    if getattr(rate, "shape", None) != ():
        raise OptaxError(f"{name} is not a schedule of Optax: it does not give a number for a step")
    return rate_at


def rules() -> list[str]:
    """Names of the functions of Optax that take a learning rate."""
    return [name for name, parameters in _functions().items() if _RATE in parameters]


def schedules() -> list[str]:
    """Names of the functions of Optax that are called schedules."""
    return [name for name in _functions() if name.endswith("_schedule")]


@lru_cache
def _functions() -> dict[str, Mapping[str, inspect.Parameter]]:
    """The functions of Optax with their arguments; some are partial applications of others."""
    import optax

    return {
        name: inspect.signature(function).parameters
        for name, function in vars(optax).items()
        if isinstance(function, FunctionType | partial) and not name.startswith("_")
    }


def _call(name: str, options: dict[str, Any], fixed: dict[str, float]) -> Any:
    import optax

    allowed = rules() if fixed else schedules()
    parameters = _functions().get(name)
    if parameters is None:
        raise OptaxError(f"Optax has no function {name}{_closest(name, allowed)}")
    if set(fixed) - set(parameters):
        raise OptaxError(f"{name} is not an update rule with a learning rate{_closest(name, allowed)}")
    if set(fixed) & set(options):
        raise OptaxError(f"{name}: {_RATE} is no option; training.{_RATE} and training.schedule are for it")
    known = {key: value for key, value in parameters.items() if value.kind in _BY_NAME and key not in fixed}
    unknown = next((key for key in options if key not in known), None)
    if unknown is not None:
        raise OptaxError(
            f"{name} has no argument {unknown}; allowed are {', '.join(known)}{_closest(unknown, list(known))}"
        )
    missing = [key for key, value in known.items() if value.default is value.empty and key not in options]
    if missing:
        raise OptaxError(f"{name} needs the options {', '.join(missing)}")
    try:
        # What such a warning is about is refused, or tried on shapes.
        with warnings.catch_warnings(action="ignore"):
            return getattr(optax, name)(**fixed, **options)
    except Exception as error:
        raise OptaxError(f"{_written(name, tuple(options.items()))}: {_first_line(error)}") from error


def _shape(shape: tuple[int, ...], kind: type) -> Any:
    """An array of this shape that is not there, in the precision that JAX is set to."""
    import jax

    return jax.ShapeDtypeStruct(shape, jax.dtypes.canonicalize_dtype(kind))


def _traced(function: Callable[..., Any], *shapes: Any) -> Any:
    """The shape of what a function gives; Optax counts on the usual promotion of types."""
    import jax

    with jax.numpy_dtype_promotion("standard"):
        return jax.eval_shape(function, *shapes)


def _holds_key(state: Any) -> bool:
    """Whether there is a random key in the state of a rule, given by its shapes."""
    import jax

    return any(jax.numpy.issubdtype(leaf.dtype, jax.dtypes.prng_key) for leaf in jax.tree.leaves(state))


def _closest(word: str, allowed: list[str]) -> str:
    matches = difflib.get_close_matches(word, allowed, n=1)
    return f" (closest: {matches[0]})" if matches else ""


def _written(name: str, options: tuple[tuple[str, Any], ...]) -> str:
    return f"{name} with {', '.join(f'{key} = {value!r}' for key, value in options) or 'no options'}"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0] if len(lines[0]) <= 200 else lines[0][:200] + "..."
