"""The surviving weights of one IMP-WR round as a table: which hidden unit sees which spin."""

from pathlib import Path

from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.weights import write_weights


def main() -> None:
    """Read a state, write its weights."""
    arguments = read_arguments(__doc__, "states", "weights")
    write_weights(arguments.spec, Path(arguments.states), Path(arguments.weights))


if __name__ == "__main__":
    run(main)
