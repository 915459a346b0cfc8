"""Draw theta_init of one seed."""

import jax
import numpy as np

from sparse_nqs import runtime
from sparse_nqs.analysis import plaquette_network
from sparse_nqs.hamiltonians import lattice
from sparse_nqs.networks import Network, Params, build_network
from sparse_nqs.networks.wave_function import require_wave_function
from sparse_nqs.pruning import full_masks, procedure_key
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.storage.states import Origin, State, write_states


def plaquette_start(spec: dict, network: Network, key: jax.Array) -> Params:
    """The toric code's analytic network, with the noise that the spec asks for on its kernel; biases are zero."""
    start, shape = spec["start"], network.shapes["kernel"]
    weights = plaquette_network.kernel(spec["system"]["length"], start["weight"], shape[1])
    noise = start["noise"] * jax.random.normal(key, shape, dtype=weights.dtype)
    biases = {name: np.zeros(size) for name, size in network.shapes.items() if name != "kernel"}
    return {**biases, "kernel": weights + noise}


def main() -> None:
    """Read the spec, write the initial state."""
    arguments = read_arguments(__doc__, "states")
    runtime.configure()
    spec = arguments.spec
    network = build_network(spec["network"], lattice(spec["system"]))
    key = procedure_key(spec["seed"], "init", 0, "weights")
    params = plaquette_start(spec, network, key) if spec.get("start") else network.init(key)
    if network.kind == "flax":
        require_wave_function(network, spec["network"]["module"], params)
    masks = full_masks(network.shapes, network.prunable)
    state = State(0, {name: np.asarray(value) for name, value in params.items()}, masks, steps=0)
    write_states(arguments.states, Origin(spec["study"], spec["seed"], "init"), [state])


if __name__ == "__main__":
    run(main)
