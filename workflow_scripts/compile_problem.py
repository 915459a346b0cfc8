"""Build a system's Hamiltonian with NetKet and write it as a flip table, with the sampler's cluster moves."""

from sparse_nqs import runtime
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.compiling import compile_system
from sparse_nqs.storage.problems import write_problem


def main() -> None:
    """Read the spec, write the problem."""
    arguments = read_arguments(__doc__, "problem")
    runtime.configure()
    write_problem(arguments.problem, compile_system(arguments.spec["system"]))


if __name__ == "__main__":
    run(main)
