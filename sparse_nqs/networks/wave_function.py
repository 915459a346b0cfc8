"""Whether a user's module is a wave function: log psi of a configuration is one number, whatever else is computed.

Sampling, sums over all configurations and derivatives call a network with batches of different sizes and orders. A
module that looks at the whole batch, draws random numbers, keeps state or computes in low precision is another function
each time, and no error shows it. What shapes and types tell is checked where the network is made (`flax_network`).
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sparse_nqs.networks.contract import Network, Params
from sparse_nqs.networks.flax_network import NetworkError
from sparse_nqs.user_code import faults_of

_ROWS, _FEW = 12, 5
# Rounding in double precision is far below, single precision above.
_TOLERANCE = 1e-10
# Weights that are zero at first would hide what they multiply.
_NOISE = 0.1


def require_wave_function(network: Network, name: str, params: Params) -> None:
    """Call a network in several ways, on fixed random configurations, and compare.

    Args:
        network: the network.
        name: what a message calls it.
        params: its initial weights.

    Raises:
        UserCodeError: if the module raises.
        NetworkError: if log psi of a configuration differs from batch to batch or from call to call, is computed in
            low precision, is not finite or has a derivative that is not, or if no derivative depends on the
            configuration, so that training could not begin.
    """
    sigma = np.random.default_rng(0).choice([-1.0, 1.0], size=(_ROWS, network.n_sites))
    shaken = {
        tensor: np.asarray(value) + _NOISE * np.random.default_rng(index).normal(size=np.shape(value))
        for index, (tensor, value) in enumerate(sorted(params.items()), start=1)
    }
    with faults_of(name, f"applied to batches of 1, {_FEW} and {_ROWS} configurations"):
        _require_double_precision(network, name, params, sigma)
        _require_one_function(network, name, shaken, sigma)
        _require_finite_start(network, name, params, sigma)


def _require_one_function(network: Network, name: str, params: Params, sigma: np.ndarray) -> None:
    def traced_anew() -> Callable[[np.ndarray], np.ndarray]:
        # What is drawn when a module is traced differs, too.
        compiled = jax.jit(lambda params, sigma: network.log_psi(params, sigma))
        return lambda rows: np.asarray(compiled(params, rows))

    log_psi = traced_anew()
    whole, again = log_psi(sigma), traced_anew()(sigma)
    others = {
        "alone": np.concatenate([log_psi(sigma[:1]), log_psi(sigma[1:2])]),
        f"among {_FEW}": log_psi(sigma[:_FEW]),
        "in reverse order": log_psi(sigma[::-1])[::-1],
        "beside copies of itself": log_psi(np.repeat(sigma[:1], _ROWS, axis=0))[:1],
    }
    if not _equal(again, whole):
        raise NetworkError(
            f"network {name}: log psi of the same configurations differs from call to call, by "
            f"{_difference(again, whole):.2g}; allowed is a function without random numbers and state"
        )
    for where, values in others.items():
        if not _equal(values, whole[: len(values)]):
            raise NetworkError(
                f"network {name}: log psi of a configuration depends on its batch: {where} it differs by "
                f"{_difference(values, whole[: len(values)]):.2g} from that among {_ROWS}; allowed is a function of "
                "each row of sigma by itself"
            )


def _difference(values: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(values - expected).max())


def _equal(values: np.ndarray, expected: np.ndarray) -> bool:
    scale = max(1.0, float(np.abs(expected[np.isfinite(expected)]).max(initial=0.0)))
    return np.allclose(values, expected, rtol=0.0, atol=_TOLERANCE * scale, equal_nan=True)


def _require_finite_start(network: Network, name: str, params: Params, sigma: np.ndarray) -> None:
    def one(params: Params, row: jax.Array) -> jax.Array:
        return network.log_psi(params, row[None, :])[0]

    values, derivatives = jax.jit(jax.vmap(jax.value_and_grad(one), in_axes=(None, 0)))(params, sigma)
    if not np.isfinite(values).all():
        bad = np.asarray(values)[~np.isfinite(values)][0]
        raise NetworkError(
            f"network {name}: log psi is {bad} at the initial weights; allowed are finite numbers"
        )
    for tensor, derivative in derivatives.items():
        if not np.isfinite(derivative).all():
            raise NetworkError(
                f"network {name}: the derivative of log psi by {tensor} is not finite at the initial weights"
            )
    if not any(np.ptp(np.asarray(derivative), axis=0).any() for derivative in derivatives.values()):
        raise NetworkError(
            f"network {name}: at the initial weights every derivative of log psi is the same in all configurations, so "
            "training could not begin; allowed are other initial weights, or another module"
        )


def _require_double_precision(network: Network, name: str, params: Params, sigma: np.ndarray) -> None:
    closed = jax.make_jaxpr(network.log_psi)(params, sigma)
    inputs = closed.jaxpr.invars
    # Constants and spins may be of any precision: +-1 has no digits to lose.
    found = _low_precision(closed.jaxpr, {id(variable) for variable in inputs[: len(params)]})[0]
    if found:
        raise NetworkError(
            f"network {name}: computes in {found}; allowed is float64, so no dtype, or dtype float64, in its layers"
        )


def _low_precision(jaxpr: Any, of_weights: set[int]) -> tuple[str | None, list[bool]]:
    """The first floating-point type of less than 64 bits of a number that depends on the weights; which results do.

    Args:
        of_weights: the `id` of the inputs that depend on the weights; grows.
    """
    found = None
    for equation in jaxpr.eqns:
        depends = [id(variable) in of_weights for variable in equation.invars]
        if not any(depends):
            continue
        results = [True] * len(equation.outvars)
        for inner in jax.tree.leaves(list(equation.params.values()), is_leaf=_is_jaxpr):
            if _is_jaxpr(inner):
                body: Any = getattr(inner, "jaxpr", inner)
                # A loop's condition takes part of the inputs, a branch all but the first.
                same = len(body.invars) == len(depends)
                chosen = [v for i, v in enumerate(body.invars) if depends[i]] if same else body.invars
                low, inside = _low_precision(body, {id(variable) for variable in chosen})
                found = found or low
                results = inside if same and len(inside) == len(results) else results
        for variable, depending in zip(equation.outvars, results, strict=True):
            if depending:
                of_weights.add(id(variable))
                dtype = variable.aval.dtype
                if jnp.issubdtype(dtype, jnp.floating) and dtype.itemsize < 8:
                    found = found or str(dtype)
    return found, [id(variable) in of_weights for variable in jaxpr.outvars]


def _is_jaxpr(value: object) -> bool:
    return hasattr(value, "eqns") or hasattr(value, "jaxpr")
