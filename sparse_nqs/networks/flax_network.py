"""Any Flax module as a network: its parameter tree under flat names, on the generic flip path."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
from flax import config
from flax import linen as nn
from flax.traverse_util import flatten_dict, unflatten_dict

from sparse_nqs.errors import WorkError
from sparse_nqs.networks.contract import LOG_PSI_DTYPE, Network, Params
from sparse_nqs.networks.generic import generic_path
from sparse_nqs.runtime import require_pinned

# Flax's own defaults, for what changes initial weights, or names of parameters by which they are drawn; each can be set
# by a variable too.
_OPTIONS = {
    "flax_fix_rng_separator": False,
    "flax_preserve_adopted_names": False,
    "flax_return_frozendict": False,
}


def _set_back_options() -> None:
    for name, value in _OPTIONS.items():
        config.update(name, value)


class NetworkError(WorkError):
    """A Flax module is not what a network must be; the message says what is allowed."""


def to_flax(params: Params) -> dict[str, Any]:
    """The module's "params" tree from tensors named by their path, e.g. "block_0/conv1/kernel"."""
    return unflatten_dict(params, sep="/")


@lru_cache
def _log_psi_of(module: nn.Module) -> Callable[[Params, jax.Array], jax.Array]:
    # Cached: compiled programs are kept for the function, and a new one a call would be compiled again.
    def log_psi(params: Params, sigma: jax.Array) -> jax.Array:
        # A tuple with variables beside it only where some may change, and here none may.
        output: Any = module.apply({"params": to_flax(params)}, sigma)
        return output

    return log_psi


def _shapes_of(kind: str, module: nn.Module, n_sites: int) -> dict[str, tuple[int, ...]]:
    """The shape of every parameter tensor, in alphabetical order."""
    example = jax.ShapeDtypeStruct((1, n_sites), jnp.float64)
    collections = jax.eval_shape(module.init, jax.random.key(0), example)
    others = sorted(set(collections) - {"params"})
    if others:
        raise NetworkError(
            f"network {kind}: the module has variables in {', '.join(others)}; allowed is params alone"
        )
    tensors = flatten_dict(collections.get("params", {}), sep="/")
    if not tensors:
        raise NetworkError(f"network {kind}: the module has no parameters; allowed is at least one")
    for name, value in tensors.items():
        if not jnp.issubdtype(value.dtype, jnp.floating):
            raise NetworkError(
                f"network {kind}: parameter {name} is {value.dtype}; allowed are real floating-point numbers"
            )
    return {name: tensors[name].shape for name in sorted(tensors)}


def _check_output(kind: str, log_psi: Callable, shapes: dict[str, tuple[int, ...]], n_sites: int) -> None:
    params = {name: jax.ShapeDtypeStruct(shape, jnp.float64) for name, shape in shapes.items()}
    output = jax.eval_shape(log_psi, params, jax.ShapeDtypeStruct((2, n_sites), jnp.float64))
    if getattr(output, "shape", None) != (2,) or output.dtype != LOG_PSI_DTYPE:
        found = f"{output.dtype}{list(output.shape)}" if hasattr(output, "shape") else type(output).__name__
        raise NetworkError(
            f"network {kind}: for 2 configurations the module returns {found}; "
            "allowed is float64[2], a real log psi for each"
        )


def flax_network(
    kind: str,
    module: nn.Module,
    n_sites: int,
    *,
    is_prunable: Callable[[str, tuple[int, ...]], bool],
    evaluator: nn.Module | None = None,
    single_precision: bool = False,
) -> Network:
    """A network from a Flax linen module that maps sigma, +-1 (C, N), to a real log psi (C,).

    Args:
        kind: the network's name in a study.
        module: hashable, as linen modules with plain fields are. Its parameters are kept in float64.
        n_sites: the number of spins N.
        is_prunable: (tensor name, shape) -> whether pruning may touch it.
        evaluator: a module that is the same function of the same parameters and faster where no derivatives of
            single samples are asked for.
        single_precision: whether the module gives float32 for parameters in float32.

    Raises:
        NetworkError: if the module has other variables than real parameters, or does not give one real number for
            each configuration.
    """
    _set_back_options()
    log_psi = _log_psi_of(evaluator or module)
    shapes = _shapes_of(kind, module, n_sites)
    _check_output(kind, log_psi, shapes, n_sites)

    def init(key: jax.Array) -> Params:
        require_pinned(key)
        _set_back_options()
        tree = module.init(key, jnp.ones((1, n_sites)))["params"]
        return {name: value.astype(jnp.float64) for name, value in flatten_dict(tree, sep="/").items()}

    return Network(
        kind=kind,
        n_sites=n_sites,
        shapes=shapes,
        prunable=tuple(name for name, shape in shapes.items() if is_prunable(name, shape)),
        init=init,
        log_psi=log_psi,
        flax_module=lambda: module,
        to_flax=to_flax,
        flip_path=generic_path(
            log_psi, _log_psi_of(module), tuple(shapes.items()), single_precision=single_precision
        ),
    )
