"""States measured one after another: exactly where all configurations fit, by sampling beyond."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

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
    sample_batches,
    sampled_fidelity,
    sampled_observables,
)
from sparse_nqs.evaluation.sampled import Samples
from sparse_nqs.hamiltonians import full_space, lattice
from sparse_nqs.networks import Network, build_network
from sparse_nqs.pruning import procedure_key
from sparse_nqs.storage.problems import Problem, read_problem
from sparse_nqs.storage.states import State
from sparse_nqs.vmc import couplings, sampler_moves


class Measurer(NamedTuple):
    """All that the measurements of a job have in common.

    Attributes:
        problem: the system.
        network: the network.
        is_exact: whether to sum over all configurations.
        options: how to sample otherwise.
        accuracy: how well the energy must be known then; of no concern to fidelities and observables.
        seed: the study's seed, from which sampling draws.
    """

    problem: Problem
    network: Network
    is_exact: bool
    options: SamplingOptions
    accuracy: Accuracy
    seed: int


def make_measurer(spec: dict, problem_path: str) -> Measurer:
    """From the spec of an evaluation or fidelity rule, and the problem file.

    Raises:
        FileNotFoundError, DamagedFileError: if the problem cannot be read.
    """
    problem = read_problem(problem_path)
    evaluation = spec["evaluation"]
    return Measurer(
        problem=problem,
        network=build_network(spec["network"], lattice(problem.system)),
        is_exact=problem.table.n_sites <= evaluation["exact_max_spins"],
        options=SamplingOptions(**{name: evaluation[name] for name in SamplingOptions._fields}),
        accuracy=Accuracy(**{name: evaluation[name] for name in Accuracy._fields if name in evaluation}),
        seed=spec["seed"],
    )


def _batches(measurer: Measurer, procedure: str, state: State) -> Iterator[Samples]:
    problem = measurer.problem
    return sample_batches(
        measurer.network,
        state.params,
        state.masks,
        couplings(problem.table),
        sampler_moves(problem.cluster_moves, problem.table.n_sites),
        measurer.options,
        procedure_key(measurer.seed, procedure, state.round, "sampling"),
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
    """Observables of a state, spin by spin; sampled ones at the first batch of the energy's configurations."""
    if measurer.is_exact:
        return exact_observables(all_log_psi(measurer.network, state.params), kinds)
    samples = next(_batches(measurer, procedure, state))
    return sampled_observables(measurer.network, state.params, state.masks, samples, kinds)


def neighbour_fidelities(measurer: Measurer, states: list[tuple[str, State]]) -> list[Estimate]:
    """Fidelities of each (procedure, state) with the next one in the list."""
    network = measurer.network
    if measurer.is_exact:
        # One after another: beyond 20 spins a block of rounds would not fit in memory.
        tables = (all_log_psi(network, state.params) for _, state in states)
        return [exact_fidelity(a, b) for a, b in pairwise(tables)]
    estimates = []
    procedure, state_a = states[0]
    samples_a = next(_batches(measurer, procedure, state_a))
    for procedure, state_b in states[1:]:
        samples_b = next(_batches(measurer, procedure, state_b))
        estimates.append(
            sampled_fidelity(
                log_psi_at(network, state_b.params, samples_a.spins) - samples_a.log_psi,
                log_psi_at(network, state_a.params, samples_b.spins) - samples_b.log_psi,
            )
        )
        state_a, samples_a = state_b, samples_b
    return estimates
