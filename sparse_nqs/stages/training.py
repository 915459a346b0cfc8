"""One round of training, from a problem file to a state: the part that all procedures share."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from sparse_nqs.hamiltonians import lattice
from sparse_nqs.networks import MaskedNetwork, Network, Params, build_network
from sparse_nqs.pruning import Masks, Protocol, build_protocol, procedure_key
from sparse_nqs.stages.progress import announce, progress_reporter, round_label
from sparse_nqs.stages.provenance import made_by
from sparse_nqs.stages.resume import Resume, forget, keeper, kept_step, make_resume
from sparse_nqs.storage.problems import read_problem
from sparse_nqs.storage.states import (
    MEASURED,
    Origin,
    RoundHistory,
    State,
    write_histories,
    write_states,
)
from sparse_nqs.vmc import (
    DeviceSystem,
    DivergedError,
    Hooks,
    TrainingOptions,
    couplings,
    sampler_moves,
    train,
    training_options,
)


class Trainer(NamedTuple):
    """All that the rounds of a job have in common.

    Attributes:
        origin: study, seed, procedure and draw.
        network: the network.
        system: the Hamiltonian and the sampler's moves.
        options: training options.
        steps: training steps a round.
        resume: where the job keeps its resume points.
        made_by: what its histories say of settings, code and versions.
    """

    origin: Origin
    network: Network
    system: DeviceSystem
    options: TrainingOptions
    steps: int
    resume: Resume
    made_by: dict[str, str]


def make_trainer(
    spec: dict, procedure: str, problem_path: str, states_path: str, inputs: Sequence[str]
) -> Trainer:
    """From a training rule's spec and the problem file.

    Args:
        states_path: the job's output.
        inputs: the states that the job starts from.

    Raises:
        FileNotFoundError, DamagedFileError: if the problem cannot be read.
        WorkError: if the mix of moves is not one of this system, or does not reach all configurations.
    """
    problem = read_problem(problem_path, spec["system"])
    moves = sampler_moves(problem.cluster_moves, problem.table.n_sites, spec["training"]["moves"])
    return Trainer(
        # Only isolated trainings have draws.
        origin=Origin(spec["study"], spec["seed"], procedure, spec.get("draw", 0)),
        network=build_network(spec["network"], lattice(problem.system)),
        system=DeviceSystem(couplings(problem.table), moves),
        options=training_options(spec["training"]),
        steps=spec["training"]["steps"],
        resume=make_resume(states_path, spec, [problem_path, *inputs]),
        made_by=made_by(spec),
    )


def protocol_of(spec: dict, network: Network) -> Protocol:
    """The pruning protocol of a rule's spec for the network's prunable tensors."""
    return build_protocol(spec["pruning"]["protocol"], network.prunable, spec["pruning"]["ratio"])


def train_round(
    trainer: Trainer, round_index: int, params: Params, masks: Masks
) -> tuple[State, RoundHistory]:
    """Train one round from given weights under given masks.

    Raises:
        DivergedError: with study, seed, procedure and round in its message; the history is kept beside the output.
    """
    origin = trainer.origin
    label = round_label(origin.study, origin.seed, origin.procedure, round_index, origin.draw)
    announce(label, masks)
    try:
        trained, history, seconds = train(
            MaskedNetwork(trainer.network, params, masks),
            trainer.system,
            trainer.options,
            steps=trainer.steps,
            key=procedure_key(origin.seed, origin.procedure, round_index, "training", origin.draw),
            hooks=Hooks(
                report=progress_reporter(label, trainer.steps),
                keep=keeper(trainer.resume, round_index),
                resume=partial(kept_step, trainer.resume, round_index),
                warn=lambda text: print(f"{label}: {text}", flush=True),
            ),
        )
    except DivergedError as error:
        kept = trainer.resume.diverged
        measured = dict(zip(MEASURED, error.rows.T, strict=True))
        until_then = RoundHistory(round_index, **measured, seconds=0.0, made_by=trainer.made_by)
        write_histories(kept, origin, [until_then])
        raise DivergedError(f"{label}: {error}; the steps until then are in {kept}", error.rows) from error
    arrays = {name: np.asarray(value) for name, value in trained.items()}
    state = State(round_index, arrays, masks, len(history.energy))
    measured = {name: getattr(history, name) for name in MEASURED}
    return state, RoundHistory(
        round_index, **measured, seconds=seconds, retries=history.retries, made_by=trainer.made_by
    )


def write_rounds(
    trainer: Trainer, rounds: list[tuple[State, RoundHistory]], states_path: str, history_path: str
) -> None:
    """Write what `train_round` returned, states last; resume points are then no longer needed."""
    write_histories(history_path, trainer.origin, [history for _, history in rounds])
    write_states(states_path, trainer.origin, [state for state, _ in rounds])
    forget(trainer.resume)
