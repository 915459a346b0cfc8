"""Train the dense network of one seed from theta_init."""

from sparse_nqs import runtime
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.training import make_trainer, train_round, write_rounds
from sparse_nqs.storage.states import Origin, read_state


def main() -> None:
    """Read problem and theta_init, write the dense state and its history."""
    arguments = read_arguments(__doc__, "problem", "init", "states", "history")
    runtime.configure()
    spec = arguments.spec
    trainer = make_trainer(spec, "dense", arguments.problem, arguments.states, [arguments.init])
    init = read_state(arguments.init, 0, Origin(spec["study"], spec["seed"], "init"))
    trained = train_round(trainer, 0, init.params, init.masks)
    # A state at a step on the way, to which chains rewind, is the dense training in all but its name.
    if spec["file"].startswith("rewind/"):
        trainer = trainer._replace(origin=trainer.origin._replace(procedure=spec["file"]))
    write_rounds(trainer, [trained], arguments.states, arguments.history)


if __name__ == "__main__":
    run(main)
