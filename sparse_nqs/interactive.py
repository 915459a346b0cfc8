"""A study one stage at a time, for notebooks and scripts: `import sparse_nqs as snqs` offers these functions.

The numbers are those of the workflow's jobs: the same random keys, options and arithmetic. Nothing is written to disk.
No job imports this module.
"""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sparse_nqs import runtime
from sparse_nqs.config import Study
from sparse_nqs.config.references import References
from sparse_nqs.evaluation import Estimate, Measurement
from sparse_nqs.hamiltonians import lattice
from sparse_nqs.networks import MaskedNetwork, Network, Params, build_network
from sparse_nqs.pruning import Masks, build_protocol, chain_start, isolated_start, procedure_key
from sparse_nqs.reading import load_config, parse_config
from sparse_nqs.references import Reference, reference_energy
from sparse_nqs.stages.compiling import compile_system
from sparse_nqs.stages.initialising import initial_state
from sparse_nqs.stages.measuring import Measurer, Subject, measure, measurer_of, pair_fidelities
from sparse_nqs.storage.problems import Problem
from sparse_nqs.storage.states import State, read_histories, read_states
from sparse_nqs.storage.tables import read_table
from sparse_nqs.vmc import DeviceSystem, History, couplings, sampler_moves, training_options
from sparse_nqs.vmc import train as train_network

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Experiment",
    "Trained",
    "evaluate",
    "experiment",
    "fidelity",
    "initialise",
    "isolate",
    "prune",
    "read_histories",
    "read_results",
    "read_states",
    "read_study",
    "reference",
    "study",
    "train",
]


class Experiment(NamedTuple):
    """One seed of a study, ready to train.

    Attributes:
        study: the checked study.
        seed: its seed.
        problem: the compiled Hamiltonian and the sampler's moves.
        network: the network.
    """

    study: Study
    seed: int
    problem: Problem
    network: Network


class Trained(NamedTuple):
    """A state of an experiment.

    Attributes:
        procedure: the procedure that it is from: "init", "dense", a chain, or an isolated training.
        state: round, weights and masks.
        history: what its training steps measured; None before any training.
        draw: which of several independent draws of an isolated training.
    """

    procedure: str
    state: State
    history: History | None = None
    draw: int = 0

    @property
    def n_active(self) -> int:
        """The surviving prunable weights, n."""
        return self.state.n_active


def study(description: Mapping[str, Any], name: str = "study") -> Study:
    """A checked study.

    Args:
        description: what stands below the study's name in a config: system, network, training and so on.
        name: its name; samples of its states depend on it.

    Raises:
        ConfigError: if it says something that is not allowed, a line for each problem.
    """
    return parse_config({"studies": {name: dict(description)}}).studies[name]


def read_study(path: str | PathLike[str], name: str) -> Study:
    """A study of a config file.

    Raises:
        ConfigError: if the file cannot be read or says something that is not allowed.
        KeyError: if it has no such study.
    """
    return load_config(Path(path)).studies[name]


def experiment(of: Study, seed: int = 0) -> Experiment:
    """Compile the Hamiltonian of a study and build its network. JAX is set to the options that numbers depend on.

    Raises:
        WorkError: if the Hamiltonian has a sign problem, or a user's own code is not what it must be.
    """
    runtime.configure()
    problem = compile_system(_plain(of.system))
    return Experiment(of, seed, problem, build_network(_plain(of.network), lattice(problem.system)))


def reference(of: Experiment, **options: Any) -> Reference:
    """The ground energy of an experiment's system.

    Args:
        options: keys of `references` in a config, such as `max_ed_spins`; what is left out has its default.

    Raises:
        WorkError: if no method fits the system.
    """
    return reference_energy(of.problem.system, of.problem.table, _plain(References(**options)))


def initialise(of: Experiment) -> Trained:
    """theta_init, under full masks."""
    spec = {"seed": of.seed, "system": of.problem.system, "network": _plain(of.study.network)}
    if of.study.start is not None:
        spec["start"] = _plain(of.study.start)
    return Trained("init", initial_state(spec, of.network))


def train(of: Experiment, steps: int | None = None) -> Trained:
    """Train the dense network from theta_init.

    Args:
        steps: training steps; None: `training.dense_steps` of the study.

    Raises:
        DivergedError: if the training diverges.
    """
    init = initialise(of).state
    count = of.study.training.dense_steps if steps is None else steps
    return _train(of, "dense", 0, init.params, init.masks, count)


def prune(
    of: Experiment, dense: Trained, procedure: str = "imp_wr", rounds: int | None = None
) -> list[Trained]:
    """A chain of rounds: prune, choose the weights to start from, train, again and again.

    Args:
        dense: from `train`.
        procedure: one of `pruning.CHAINS`.
        rounds: the number of prunings; None: `pruning.rounds` of the study.

    Returns:
        The states of rounds 1, 2, ...

    Raises:
        ValueError: if the procedure is no chain.
        PruningError: if a group of weights runs out.
        DivergedError: if a training diverges.
    """
    match of.study.pruning.rewind_to:
        case "dense":
            target = dense.state.params
        case "init":
            target = initialise(of).state.params
        case step:
            target = train(of, step).state.params
    protocol = build_protocol(of.study.protocol, of.network.prunable, of.study.pruning.ratio)
    last = of.study.pruning.rounds if rounds is None else rounds
    chain, state = [], dense.state
    for k in range(1, last + 1):
        key = procedure_key(of.seed, procedure, k, "masks")
        params, masks = chain_start(procedure, state.params, state.masks, target, protocol, key)
        chain.append(_train(of, procedure, k, params, masks, of.study.training.round_steps))
        state = chain[-1].state
    return chain


def isolate(of: Experiment, ticket: Trained, procedure: str = "t_init_imp", draw: int = 0) -> Trained:
    """Train one network in isolation, under the mask of a round of IMP-WR or one with as many weights.

    Args:
        ticket: a round, from `prune`.
        procedure: one of `pruning.ISOLATED`.
        draw: which of several independent draws.

    Raises:
        ValueError: if the procedure is no isolated training.
        DivergedError: if the training diverges.
    """
    k, training = ticket.state.round, of.study.training
    params, masks = isolated_start(
        procedure,
        initialise(of).state.params,
        ticket.state.masks,
        build_protocol(of.study.protocol, of.network.prunable, of.study.pruning.ratio),
        fresh_init=of.network.init,
        weights_key=procedure_key(of.seed, procedure, k, "weights", draw),
        masks_key=procedure_key(of.seed, procedure, k, "masks", draw),
    )
    return _train(of, procedure, k, params, masks, training.isolated_steps or training.dense_steps, draw)


def evaluate(of: Experiment, trained: Trained) -> Measurement:
    """Energy, variance and magnetisations of a state: summed over all configurations, or sampled in larger systems."""
    return measure(_measurer(of, trained), trained.procedure, [trained.state])[0]


def fidelity(of: Experiment, a: Trained, b: Trained) -> Estimate:
    """The fidelity of two states of an experiment."""
    rows, columns = ([Subject(_measurer(of, entry), entry.procedure, entry.state)] for entry in (a, b))
    return next(pair_fidelities(rows, columns))[2]


def read_results(folder: str | PathLike[str], table: str) -> "pd.DataFrame":
    """A summary table of a run of the workflow, see docs/tables.md.

    Args:
        folder: of the results.
        table: such as "rounds".

    Raises:
        FileNotFoundError: if there is no such table.
        DamagedFileError: if any byte of it is not as it was written.
    """
    return read_table(Path(folder, "summaries", f"{table}.parquet"), table)


def _plain(part: Any) -> dict[str, Any]:
    return part.model_dump(mode="json")


def _measurer(of: Experiment, trained: Trained) -> Measurer:
    spec = {
        "network": _plain(of.study.network),
        "evaluation": _plain(of.study.evaluation),
        "study": of.study.name,
        "seed": of.seed,
        "draw": trained.draw,
    }
    return measurer_of(spec, of.problem)._replace(network=of.network)


def _train(
    of: Experiment, procedure: str, k: int, params: Params, masks: Masks, steps: int, draw: int = 0
) -> Trained:
    """Train one round as the workflow's jobs do."""
    training = _plain(of.study.training)
    moves = sampler_moves(of.problem.cluster_moves, of.problem.table.n_sites, training["moves"])
    trained, history, _ = train_network(
        MaskedNetwork(of.network, params, masks),
        DeviceSystem(couplings(of.problem.table), moves),
        training_options(training),
        steps=steps,
        key=procedure_key(of.seed, procedure, k, "training", draw),
    )
    weights = {name: np.asarray(value) for name, value in trained.items()}
    return Trained(procedure, State(k, weights, masks, len(history.energy)), history, draw)
