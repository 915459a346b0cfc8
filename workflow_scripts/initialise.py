"""Draw theta_init of one seed."""

from sparse_nqs import runtime
from sparse_nqs.hamiltonians import lattice
from sparse_nqs.networks import build_network
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.initialising import initial_state
from sparse_nqs.storage.states import Origin, write_states


def main() -> None:
    """Read the spec, write the initial state."""
    arguments = read_arguments(__doc__, "states")
    runtime.configure()
    spec = arguments.spec
    network = build_network(spec["network"], lattice(spec["system"]))
    state = initial_state(spec, network)
    write_states(arguments.states, Origin(spec["study"], spec["seed"], "init"), [state])


if __name__ == "__main__":
    run(main)
