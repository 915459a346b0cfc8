"""Measure the observables, spin by spin, of every state of a block."""

from sparse_nqs import runtime
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.block_origin import block_origin
from sparse_nqs.stages.measuring import make_measurer, measure_observables
from sparse_nqs.stages.summary import observable_rows
from sparse_nqs.storage.states import Origin, read_states
from sparse_nqs.storage.tables import write_table


def main() -> None:
    """Read problem and states, write a table."""
    arguments = read_arguments(__doc__, "problem", "states", "observables")
    runtime.configure()
    spec = arguments.spec
    origin = Origin(spec["study"], spec["seed"], spec["procedure"], spec["draw"])
    first, last = spec["rounds"]
    states = read_states(arguments.states, origin, range(first, last + 1))
    measurer = make_measurer(spec, arguments.problem)
    kinds = tuple(spec["observables"])
    shared = {**origin._asdict(), "method": "exact" if measurer.is_exact else "sampled"}
    rows = []
    for state in states:
        for observable in measure_observables(measurer, origin.procedure, state, kinds):
            rows += observable_rows({**shared, "round": state.round}, observable)
    write_table(arguments.observables, "observables", rows, block_origin(spec))


if __name__ == "__main__":
    run(main)
