"""What each job of a config costs: `cost` by rule."""

from sparse_nqs.blocks import Block
from sparse_nqs.config import Config
from sparse_nqs.config.fidelity_matrices import states_of
from sparse_nqs.planning import cost, figure_cost, graph, layout
from sparse_nqs.planning.cost import Work
from sparse_nqs.planning.jobs import Job


def work(config: Config, job: Job) -> Work:
    """Time and memory of a job.

    Raises:
        ValueError: if there is no such rule.
    """
    match job:
        case Job(rule="problem"):
            return cost.problem(graph.systems(config)[job.name])
        case Job(rule="reference"):
            return cost.reference(graph.systems(config)[job.name], config.references)
        case Job(rule="summarise_references" | "compare_references"):
            return cost.tables(len(graph.systems(config)))
        case Job(rule="fidelity_tile"):
            matrix = config.fidelity_matrices[job.name]
            return cost.tile(config.studies[matrix.studies[0]], matrix.tile)
        case Job(rule="collect_pairs"):
            return cost.tables(len(states_of(config.fidelity_matrices[job.name], config.studies)))
        case Job(rule="summarise_pairs"):
            matrices = config.fidelity_matrices.values()
            return cost.tables(sum(len(states_of(matrix, config.studies)) for matrix in matrices))
        case Job(rule="plaquette_network"):
            return figure_cost.measured(config.figures[job.name])
        case Job(rule="figure"):
            return cost.figure()
        case Job(rule="tabulate_weights" | "describe_run"):
            return cost.tables(1)
        case Job(rule="summarise_study" | "regions" | "tickets" | "collect_observables"):
            return cost.tables(n_states(config, job.study))
        case Job(rule="summarise_tickets"):
            return cost.tables(sum(n_states(config, name) for name in graph.ticketed(config)))
        case Job(rule="summarise_observables"):
            return cost.tables(sum(n_states(config, name) for name in graph.observed(config)))
        case Job(rule="summarise" | "summarise_regions" | "compare_published" | "compare_draws"):
            return cost.tables(sum(n_states(config, name) for name in config.studies))
        case _:
            return _of_states(config, job)


def _of_states(config: Config, job: Job) -> Work:
    """Of a training or a measurement."""
    study = config.studies[job.study]
    match job:
        case Job(rule="init"):
            return cost.init(study)
        case Job(rule="dense"):
            return cost.dense(study)
        case Job(rule="rewind_point"):
            return cost.dense(study, int(job.part))
        case Job(rule="chain", block=Block() as block):
            return cost.chain(study, block.first, block.last)
        case Job(rule="isolated", block=Block() as block):
            return cost.isolated(study, block.first)
        case Job(rule="evaluation", block=Block() as block):
            return cost.evaluation(study, block.first, block.last)
        case Job(rule="observables", block=Block() as block):
            return cost.observables(study, block.first, block.last)
        case Job(rule="fidelity", block=Block() as block):
            return cost.fidelity(study, block.first, block.last)
        case _:
            raise ValueError(f"there is no rule {job.rule} with the wildcards {job.wildcards}")


def n_states(config: Config, name: str) -> int:
    """The number of trained states of a study."""
    study = config.studies[name]
    blocks = layout.all_blocks(study, config.rounds_per_job)
    return len(study.seeds) * sum(block.last - block.first + 1 for block in blocks)
