"""theta_init of one seed: the network's own random weights, or the start that the study names."""

import jax
import numpy as np

from sparse_nqs.analysis import plaquette_network
from sparse_nqs.networks import Network, Params
from sparse_nqs.networks.own_flip_path import require_flip_path
from sparse_nqs.networks.wave_function import require_wave_function
from sparse_nqs.pruning import full_masks, procedure_key
from sparse_nqs.storage.states import State


def initial_state(spec: dict, network: Network) -> State:
    """The state at step 0, under full masks.

    Args:
        spec: seed, system, network and, if the study has one, start.

    Raises:
        WorkError: if a user's own module is not a wave function.
    """
    key = procedure_key(spec["seed"], "init", 0, "weights")
    params = _plaquette_start(spec, network, key) if spec.get("start") else network.init(key)
    if network.kind == "flax":
        require_wave_function(network, spec["network"]["module"], params)
        require_flip_path(network, spec["network"]["module"], params)
    masks = full_masks(network.shapes, network.prunable)
    return State(0, {name: np.asarray(value) for name, value in params.items()}, masks, steps=0)


def _plaquette_start(spec: dict, network: Network, key: jax.Array) -> Params:
    """The toric code's analytic network, with the noise that the spec asks for on its kernel; biases are zero."""
    start, shape = spec["start"], network.shapes["kernel"]
    weights = plaquette_network.kernel(spec["system"]["length"], start["weight"], shape[1])
    noise = start["noise"] * jax.random.normal(key, shape, dtype=weights.dtype)
    biases = {name: np.zeros(size) for name, size in network.shapes.items() if name != "kernel"}
    return {**biases, "kernel": weights + noise}
