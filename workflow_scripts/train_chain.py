"""Train consecutive rounds of one pruning procedure, each from the round before, for one seed."""

import time

from sparse_nqs import runtime
from sparse_nqs.pruning import chain_start, procedure_key
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.resume import keep_rounds, kept_rounds
from sparse_nqs.stages.training import make_trainer, protocol_of, train_round, write_rounds
from sparse_nqs.storage.states import read_state
from sparse_nqs.vmc import DivergedError


def main() -> None:
    """Read problem, rewind target and the round before, write the rounds and their histories."""
    arguments = read_arguments(__doc__, "problem", "rewind", "previous", "states", "history")
    runtime.configure()
    spec = arguments.spec
    seed, procedure = spec["seed"], spec["procedure"]
    first, last = spec["rounds"]
    inputs = [arguments.rewind, arguments.previous]
    trainer = make_trainer(spec, procedure, arguments.problem, arguments.states, inputs)
    protocol = protocol_of(spec, trainer.network)
    origin = trainer.origin
    # Files of theta_init, of the dense network or of a step on the way to it.
    target = "dense" if spec["rewind"].startswith("dense/") else spec["rewind"]
    rewind = read_state(arguments.rewind, 0, origin._replace(procedure=target)).params
    source = "dense" if first == 1 else procedure
    state = read_state(arguments.previous, first - 1, origin._replace(procedure=source))
    rounds = kept_rounds(trainer.resume, origin)
    if rounds:
        state = rounds[-1][0]
    last_kept = time.monotonic()
    for round_index in range(first + len(rounds), last + 1):
        key = procedure_key(seed, procedure, round_index, "masks")
        start, masks = chain_start(procedure, state.params, state.masks, rewind, protocol, key)
        try:
            rounds.append(train_round(trainer, round_index, start, masks))
        except DivergedError:
            keep_rounds(trainer.resume, origin, rounds)
            raise
        state = rounds[-1][0]
        if time.monotonic() - last_kept > trainer.resume.every:
            keep_rounds(trainer.resume, origin, rounds)
            last_kept = time.monotonic()
    write_rounds(trainer, rounds, arguments.states, arguments.history)


if __name__ == "__main__":
    run(main)
