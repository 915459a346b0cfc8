"""Train one network in isolation under the mask, or the number of weights, of an IMP-WR round."""

from functools import partial

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
    procedure, round_index, draw = spec["procedure"], spec["round"], spec["draw"]
    key = partial(procedure_key, spec["seed"], procedure, round_index, draw=draw)
    inputs = [arguments.init, arguments.imp_wr]
    trainer = make_trainer(spec, procedure, arguments.problem, arguments.states, inputs)
    origin = trainer.origin
    start, masks = isolated_start(
        procedure,
        read_state(arguments.init, 0, origin._replace(procedure="init", draw=0)).params,
        read_state(arguments.imp_wr, round_index, origin._replace(procedure="imp_wr", draw=0)).masks,
        protocol_of(spec, trainer.network),
        fresh_init=trainer.network.init,
        weights_key=key("weights"),
        masks_key=key("masks"),
    )
    trained = train_round(trainer, round_index, start, masks)
    write_rounds(trainer, [trained], arguments.states, arguments.history)


if __name__ == "__main__":
    run(main)
