"""Train one network in isolation under the mask, or the number of weights, of an IMP-WR round."""

from sparse_nqs import runtime
from sparse_nqs.pruning import isolated_start, procedure_key
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.training import make_trainer, protocol_of, train_round, write_rounds
from sparse_nqs.storage.states import read_state


def main() -> None:
    """Read problem, theta_init and the IMP-WR round, write the trained state and its history."""
    arguments = read_arguments(__doc__, "problem", "init", "imp_wr", "states", "history")
    runtime.configure()
    spec = arguments.spec
    seed, procedure, round_index = spec["seed"], spec["procedure"], spec["round"]
    inputs = [arguments.init, arguments.imp_wr]
    trainer = make_trainer(spec, procedure, arguments.problem, arguments.states, inputs)
    origin = trainer.origin
    start, masks = isolated_start(
        procedure,
        read_state(arguments.init, 0, origin._replace(procedure="init")).params,
        read_state(arguments.imp_wr, round_index, origin._replace(procedure="imp_wr")).masks,
        protocol_of(spec, trainer.network),
        fresh_init=trainer.network.init,
        weights_key=procedure_key(seed, procedure, round_index, "weights"),
        masks_key=procedure_key(seed, procedure, round_index, "masks"),
    )
    trained = train_round(trainer, round_index, start, masks)
    write_rounds(trainer, [trained], arguments.states, arguments.history)


if __name__ == "__main__":
    run(main)
