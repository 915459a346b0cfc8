"""Measure every state of a block, without changing it."""

import math

from sparse_nqs import runtime
from sparse_nqs.evaluation import Measurement, v_score
from sparse_nqs.hamiltonians import FlipTable
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.block_origin import block_origin
from sparse_nqs.stages.measuring import make_measurer, measure
from sparse_nqs.stages.provenance import made_by
from sparse_nqs.storage.results import write_result
from sparse_nqs.storage.states import Origin, State, read_states


def entry(state: State, measured: Measurement, table: FlipTable, sweeps: int) -> dict:
    """One round of the evaluation file; `table` is the Hamiltonian, `sweeps` lie between two samples of a chain."""
    values = {"round": state.round, "steps": state.steps, "method": measured.method}
    values |= {"n_active": state.n_active, "n_total": state.n_total}
    for name in ("energy", "variance", "m_z", "m_z_abs", "m_x"):
        estimate = getattr(measured, name)
        values |= {name: estimate.value, f"{name}_error": estimate.error}
    chains = measured.convergence
    return values | {
        "v_score": v_score(measured, table),
        "n_samples": measured.n_samples,
        "autocorrelation_time": None if chains is None else chains.autocorrelation_time * sweeps,
        "effective_samples": None if chains is None else chains.effective_samples,
        "r_hat": None if chains is None or math.isinf(chains.r_hat) else chains.r_hat,
    }


def main() -> None:
    """Read problem and states, write their measurements."""
    arguments = read_arguments(__doc__, "problem", "states", "evaluation")
    runtime.configure()
    spec = arguments.spec
    origin = Origin(spec["study"], spec["seed"], spec["procedure"], spec["draw"])
    first, last = spec["rounds"]
    states = read_states(arguments.states, origin, range(first, last + 1))
    measurer = make_measurer(spec, arguments.problem)
    measured = measure(measurer, origin.procedure, states)
    sweeps = spec["evaluation"]["sweeps"]
    table = measurer.problem.table
    rounds = [entry(state, values, table, sweeps) for state, values in zip(states, measured, strict=True)]
    write_result(
        arguments.evaluation, "evaluation", {"made_by": made_by(spec), "rounds": rounds}, block_origin(spec)
    )


if __name__ == "__main__":
    run(main)
