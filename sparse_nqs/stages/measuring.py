"""States measured one after another: exactly where all configurations fit, by sampling beyond."""

import zlib
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import NamedTuple

import jax
import numpy as np

from sparse_nqs.evaluation import (
    Accuracy,
    Estimate,
    Measurement,
    Observable,
    SamplingOptions,
    all_log_psi,
    evaluate_exactly,
    evaluate_to_accuracy,
    exact_fidelity,
    exact_observables,
    log_psi_at,
    products_of,
    sample_batches,
    sampled_fidelity,
    sampled_observables,
)
from sparse_nqs.evaluation.sampled import Samples
from sparse_nqs.hamiltonians import full_space, lattice
from sparse_nqs.networks import MaskedNetwork, Network, build_network
from sparse_nqs.pruning import procedure_key
from sparse_nqs.storage.problems import Problem, read_problem
from sparse_nqs.storage.states import State
from sparse_nqs.vmc import DeviceSystem, couplings, sampler_moves


class Measurer(NamedTuple):
    """All that the measurements of a job have in common.

    Attributes:
        problem: the system.
        network: the network.
        is_exact: whether to sum over all configurations.
        options: how to sample otherwise.
        accuracy: how well the energy must be known then; fidelities and observables do not use it.
        study: the study's name.
        seed: the study's seed; sampling draws from study and seed.
        draw: which draw of an isolated training the states are; their samples are independent, too.
    """

    problem: Problem
    network: Network
    is_exact: bool
    options: SamplingOptions
    accuracy: Accuracy
    study: str
    seed: int
    draw: int = 0


def make_measurer(spec: dict, problem_path: str) -> Measurer:
    """From the spec of an evaluation or fidelity rule, and the problem file.

    Raises:
        FileNotFoundError, DamagedFileError: if the problem cannot be read.
    """
    return measurer_of(spec, read_problem(problem_path, spec["system"]))


def measurer_of(spec: dict, problem: Problem) -> Measurer:
    """From network, evaluation, study, seed and draw of a spec, and the problem."""
    evaluation = spec["evaluation"]
    return Measurer(
        problem=problem,
        network=build_network(spec["network"], lattice(problem.system)),
        is_exact=problem.table.n_sites <= evaluation["exact_max_spins"],
        options=SamplingOptions(**{name: evaluation[name] for name in SamplingOptions._fields}),
        accuracy=Accuracy(**{name: evaluation[name] for name in Accuracy._fields if name in evaluation}),
        study=spec["study"],
        seed=spec["seed"],
        draw=spec.get("draw", 0),
    )


def _batches(measurer: Measurer, procedure: str, state: State) -> Iterator[Samples]:
    problem = measurer.problem
    key = procedure_key(measurer.seed, procedure, state.round, "sampling", measurer.draw)
    # States of two studies may be compared, and their samples must be independent.
    key = jax.random.fold_in(key, zlib.crc32(measurer.study.encode()))
    moves = sampler_moves(problem.cluster_moves, problem.table.n_sites)
    return sample_batches(
        MaskedNetwork(measurer.network, state.params, state.masks),
        DeviceSystem(couplings(problem.table), moves),
        measurer.options,
        key,
    )


def measure(measurer: Measurer, procedure: str, states: list[State]) -> list[Measurement]:
    """Energy, variance and magnetisations of every state."""
    if not measurer.is_exact:
        return [
            evaluate_to_accuracy(_batches(measurer, procedure, state), measurer.accuracy) for state in states
        ]
    multiply = full_space.hamiltonian_product(measurer.problem.table)
    return [evaluate_exactly(multiply, all_log_psi(measurer.network, state.params)) for state in states]


def measure_observables(
    measurer: Measurer, procedure: str, state: State, kinds: tuple[str, ...]
) -> list[Observable]:
    """Observables of a state; sampled ones at the first batch of the energy's configurations."""
    measured = products_of(kinds, lattice(measurer.problem.system))
    if measurer.is_exact:
        return exact_observables(all_log_psi(measurer.network, state.params), measured)
    samples = next(_batches(measurer, procedure, state))
    return sampled_observables(measurer.network, state.params, state.masks, samples, measured)


class Subject(NamedTuple):
    """A state to compare with others.

    Attributes:
        measurer: of its network and seed.
        procedure: where it comes from.
        state: the state.
    """

    measurer: Measurer
    procedure: str
    state: State


class _View(NamedTuple):
    """What a comparison needs of a state: log psi on all configurations (2^N,), or samples."""

    subject: Subject
    content: np.ndarray | Samples


def _view(subject: Subject) -> _View:
    measurer, procedure, state = subject
    if measurer.is_exact:
        return _View(subject, all_log_psi(measurer.network, state.params))
    return _View(subject, next(_batches(measurer, procedure, state)))


def _fidelity(a: _View, b: _View) -> Estimate:
    if isinstance(a.content, Samples) and isinstance(b.content, Samples):
        return sampled_fidelity(_log_ratio(a.content, b.subject), _log_ratio(b.content, a.subject))
    if isinstance(a.content, Samples) or isinstance(b.content, Samples):
        raise ValueError("cannot compare a sampled state with one known on all configurations")
    return exact_fidelity(a.content, b.content)


def _log_ratio(samples: Samples, other: Subject) -> np.ndarray:
    """Log of psi_other / psi at samples of psi: float64 (R, C)."""
    log_psi = log_psi_at(other.measurer.network, other.state.params, samples.configurations)
    return log_psi - samples.log_psi


def neighbour_fidelities(measurer: Measurer, states: list[tuple[str, State]]) -> list[Estimate]:
    """Fidelities of each (procedure, state) with the next one in the list."""
    # One after another: beyond 20 spins a block of rounds would not fit in memory.
    views = (_view(Subject(measurer, procedure, state)) for procedure, state in states)
    return [_fidelity(a, b) for a, b in pairwise(views)]


def pair_fidelities(
    rows: list[Subject], columns: list[Subject] | None
) -> Iterator[tuple[Subject, Subject, Estimate]]:
    """Fidelities of each row with each column, or of each row with the later rows if columns are None.

    All rows and one column are in memory at the same time: (rows + 1) 2^N 8 bytes if exact.
    """
    views = [_view(subject) for subject in rows]
    if columns is None:
        for a, b in combinations(views, 2):
            yield a.subject, b.subject, _fidelity(a, b)
        return
    for subject in columns:
        b = _view(subject)
        for a in views:
            yield a.subject, subject, _fidelity(a, b)
