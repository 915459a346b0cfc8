"""Build a system's Hamiltonian with NetKet and write it as a flip table, with the sampler's cluster moves."""

from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians import build_operator, cluster_moves, compile_operator
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.storage.problems import Problem, write_problem


def main() -> None:
    """Read the spec, write the problem."""
    arguments = read_arguments(__doc__, "problem")
    system = arguments.spec["system"]
    table = compile_operator(build_operator(system))
    if not table.is_stoquastic():
        raise WorkError(
            f"{system['model']}: some off-diagonal elements are positive, so the ground state may change sign; "
            "allowed are Hamiltonians without, as the networks are positive"
        )
    write_problem(arguments.problem, Problem(system, table, cluster_moves(system)))


if __name__ == "__main__":
    run(main)
