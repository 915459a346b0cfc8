"""Train consecutive rounds of iterative magnitude pruning with weight rewinding, for one seed."""

from sparse_nqs import runtime
from sparse_nqs.pruning import imp_wr_start, procedure_key
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.training import make_trainer, protocol_of, train_round, write_rounds
from sparse_nqs.storage.states import Origin, read_state


def main() -> None:
    """Read problem, dense state and the round before, write the rounds and their histories."""
    arguments = read_arguments(__doc__, "problem", "dense", "previous", "states", "history")
    runtime.configure()
    spec = arguments.spec
    first, last = spec["rounds"]
    trainer = make_trainer(spec, "imp_wr", arguments.problem)
    protocol = protocol_of(spec, trainer.network)
    origin = Origin(spec["study"], spec["seed"], "imp_wr")
    dense = read_state(arguments.dense, 0, origin._replace(procedure="dense"))
    state = dense if first == 1 else read_state(arguments.previous, first - 1, origin)
    rounds = []
    for round_index in range(first, last + 1):
        key = procedure_key(spec["seed"], "imp_wr", round_index, "masks")
        start, masks = imp_wr_start(state.params, state.masks, dense.params, protocol, key)
        rounds.append(train_round(trainer, round_index, start, masks))
        state = rounds[-1][0]
    write_rounds(trainer, rounds, arguments.states, arguments.history)


if __name__ == "__main__":
    run(main)
