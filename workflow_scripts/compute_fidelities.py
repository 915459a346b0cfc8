"""The fidelities of neighbours along a block of rounds of a chain, from the round before the block to its last."""

from itertools import pairwise

from sparse_nqs import runtime
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.block_origin import block_origin
from sparse_nqs.stages.measuring import make_measurer, neighbour_fidelities
from sparse_nqs.stages.provenance import made_by
from sparse_nqs.storage.results import write_result
from sparse_nqs.storage.states import Origin, read_state, read_states


def main() -> None:
    """Read problem and states, write a fidelity for each pair of neighbours."""
    arguments = read_arguments(__doc__, "problem", "previous", "states", "fidelities")
    runtime.configure()
    spec = arguments.spec
    origin = Origin(spec["study"], spec["seed"], spec["procedure"])
    first, last = spec["rounds"]
    block = read_states(arguments.states, origin, range(first, last + 1))
    before = first - 1
    source = "dense" if before == 0 else origin.procedure
    previous = read_state(arguments.previous, before, origin._replace(procedure=source))
    states = [(source, previous), *((origin.procedure, state) for state in block)]
    measurer = make_measurer(spec, arguments.problem)
    pairs = [
        {
            "round_a": a.round,
            "round_b": b.round,
            "n_active_a": a.n_active,
            "n_active_b": b.n_active,
            "fidelity": estimate.value,
            "fidelity_error": estimate.error,
            "method": "exact" if measurer.is_exact else "sampled",
        }
        for ((_, a), (_, b)), estimate in zip(
            pairwise(states), neighbour_fidelities(measurer, states), strict=True
        )
    ]
    write_result(
        arguments.fidelities, "fidelities", {"made_by": made_by(spec), "pairs": pairs}, block_origin(spec)
    )


if __name__ == "__main__":
    run(main)
