"""Which files a job reads: the one statement of how the jobs of a config hang together.

The rules' inputs, the digests of earlier specs and the plan's counts are all taken from here.
"""

from collections.abc import Iterable, Iterator

from sparse_nqs.blocks import DENSE, Block
from sparse_nqs.config import Config, Study
from sparse_nqs.config.fidelity_matrices import states_of
from sparse_nqs.config.pruning import CHAINS
from sparse_nqs.planning import layout
from sparse_nqs.planning.figure_tables import FigureTable, parts_read
from sparse_nqs.planning.jobs import OUTPUTS, File, Job, outputs_of, tabulated, training

# The files that a job reads, by the name of the input.
Inputs = dict[str, list[File]]


def inputs(config: Config, job: Job) -> Inputs:
    """All files that a job reads.

    Raises:
        ValueError: if there is no such rule.
    """
    match job.rule:
        case "problem" | "plaquette_network":
            return {}
        case "reference":
            return {"problem": [_problem(job.name)]}
        case "summarise_references" | "compare_references":
            return {"references": [_reference(system) for system in systems(config)]}
        case "summarise_study":
            return {
                "measured": [
                    file
                    for seed, block in _states(config, job.study)
                    for file in _measured(config.studies[job.study], seed, block)
                ],
                "reference": [_reference(config.studies[job.study].system.slug)],
            }
        case "collect_observables":
            blocks = _states(config, job.study)
            return {
                "observables": [
                    File(Job("observables", job.study, *state), "observables") for state in blocks
                ]
            }
        case "tickets":
            chains = [state for state in _states(config, job.study) if state[1].procedure in CHAINS]
            return {"states": [File(training(job.study, *state), "states") for state in chains]}
        case "regions":
            return {"rounds": [File(Job("summarise_study", job.study), "rounds")]}
        case "fidelity_tile":
            return _tile_inputs(config, job)
        case "collect_pairs":
            return {
                "tiles": [
                    File(Job("fidelity_tile", name=job.name, part=name), "pairs")
                    for name in tiles(config, job.name)
                ]
            }
        case "figure":
            return {"tables": [_made(part) for part in parts_read(config, job.name)]}
        case _ if job.rule in _TOGETHER:
            return _together(config, job.rule)
        case _:
            return study_inputs(config.studies[job.study], job, config.rounds_per_job)


def study_inputs(study: Study, job: Job, rounds_per_job: int) -> Inputs:
    """The files that a training, or what reads its states alone, reads.

    Raises:
        ValueError: if there is no such rule.
    """
    problem, init = [_problem(study.system.slug)], [File(Job("init", study.name, job.seed), "states")]

    def states(procedure: str, round_index: int) -> list[File]:
        block = layout.block_of_state(study, procedure, round_index, rounds_per_job)
        return [File(training(study.name, job.seed, block), "states")]

    match job:
        case Job(rule="problem" | "init"):
            return {}
        case Job(rule="dense" | "rewind_point"):
            return {"problem": problem, "init": init}
        case Job(rule="chain", block=Block() as block):
            rewind = [_rewind_target(study, job.seed, block.procedure)]
            return {
                "problem": problem,
                "rewind": rewind,
                "previous": states(block.procedure, block.first - 1),
            }
        case Job(rule="isolated", block=Block() as block):
            return {"problem": problem, "init": init, "imp_wr": states("imp_wr", block.first)}
        case Job(rule="evaluation" | "observables", block=Block() as block):
            return {"problem": problem, "states": [File(training(study.name, job.seed, block), "states")]}
        case Job(rule="fidelity", block=Block() as block):
            own = [File(training(study.name, job.seed, block), "states")]
            return {"problem": problem, "previous": states(block.procedure, block.first - 1), "states": own}
        case Job(rule="tabulate_weights", block=Block() as block):
            return {"states": states(block.procedure, block.first)}
        case _:
            raise ValueError(f"there is no rule {job.rule} of a study with the wildcards {job.wildcards}")


def _problem(system: str) -> File:
    return File(Job("problem", name=system), "problem")


def _reference(system: str) -> File:
    return File(Job("reference", name=system), "reference")


def _rewind_target(study: Study, seed: int, procedure: str) -> File:
    """The state that the surviving weights of a chain go back to."""
    name = layout.rewind_name(study, procedure)
    if name == DENSE.name:
        return File(training(study.name, seed, DENSE), "states")
    if name == "init":
        return File(Job("init", study.name, seed), "states")
    return File(Job("rewind_point", study.name, seed, part=name.removeprefix("rewind/step_")), "states")


def _states(config: Config, study: str) -> list[tuple[int, Block]]:
    """The seeds and blocks of a study."""
    blocks = layout.all_blocks(config.studies[study], config.rounds_per_job)
    return [(seed, block) for seed in config.studies[study].seeds for block in blocks]


def _measured(study: Study, seed: int, block: Block) -> Iterator[File]:
    """What the tables of a study say of a block."""
    yield File(training(study.name, seed, block), "history")
    yield File(Job("evaluation", study.name, seed, block), "evaluation")
    if block.procedure in CHAINS:
        yield File(Job("fidelity", study.name, seed, block), "fidelities")


def _tile_inputs(config: Config, job: Job) -> Inputs:
    """The states that a tile compares, and the problems of their systems."""
    tile, all_states = (
        tiles(config, job.name)[job.part],
        states_of(config.fidelity_matrices[job.name], config.studies),
    )
    problems, states = [], []
    for state in all_states[tile.rows] + all_states[tile.columns]:
        study = config.studies[state.study]
        block = layout.block_of_state(study, state.procedure, state.round, config.rounds_per_job)
        problems.append(_problem(study.system.slug))
        states.append(File(training(study.name, state.seed, block), "states"))
    return {"problems": list(dict.fromkeys(problems)), "states": list(dict.fromkeys(states))}


def _made(part: FigureTable) -> File:
    """The file of a table that a figure reads."""
    match part.table, part.origin:
        case "weights", {"study": study, "seed": seed, "round": number}:
            return File(Job("tabulate_weights", study, seed, tabulated(number)), "weights")
        case "fidelity_pairs", {"matrix": matrix}:
            return File(Job("collect_pairs", name=matrix), "pairs")
        case "plaquette_networks", {"figure": figure}:
            return File(Job("plaquette_network", name=figure), "networks")
        case table, {"study": study}:
            return File(Job(_OF_STUDY[table], study), table)
        case _:
            raise ValueError(f"no job makes the table {part.table} of {part.origin}")


# The rule that makes each table of a study.
_OF_STUDY = {
    table: rule
    for rule in ("summarise_study", "regions", "tickets", "collect_observables")
    for table in OUTPUTS[rule]
}
# Rules of all studies.
_TOGETHER = (
    *("summarise", "summarise_regions", "summarise_tickets", "summarise_observables", "summarise_pairs"),
    *("compare_published", "compare_draws", "describe_run"),
)


def _together(config: Config, rule: str) -> Inputs:
    """What a rule of all studies reads."""

    def tables(each: str, studies: Iterable[str]) -> list[File]:
        return [file for study in studies for file in outputs_of(Job(each, study))]

    def of_all(*names: str) -> Inputs:
        return {name: [File(Job("summarise"), name)] for name in names}

    match rule:
        case "summarise":
            return {"tables": tables("summarise_study", config.studies)}
        case "summarise_regions":
            return {"tables": tables("regions", config.studies)}
        case "summarise_tickets":
            return {"tables": tables("tickets", ticketed(config))}
        case "summarise_observables":
            return {"tables": tables("collect_observables", observed(config))}
        case "summarise_pairs":
            return {
                "tables": [
                    File(Job("collect_pairs", name=name), "pairs") for name in config.fidelity_matrices
                ]
            }
        case "compare_published":
            return of_all("rounds", "fidelities") | {"regions": [File(Job("summarise_regions"), "regions")]}
        case "compare_draws":
            return of_all("rounds")
        case "describe_run":
            return of_all("rounds", "provenance")
        case _:
            raise ValueError(f"there is no rule {rule} of all studies")


def files_of(read: Inputs) -> list[File]:
    """All files of inputs, whatever their names."""
    return [file for files in read.values() for file in files]


def targets(config: Config) -> list[Job]:
    """The jobs that a run is asked for."""
    jobs = [Job("summarise"), Job("summarise_references"), Job("summarise_regions"), Job("compare_published")]
    jobs += [Job("summarise_observables")] if observed(config) else []
    jobs += [Job("compare_draws")] if several_draws(config) else []
    jobs += [Job("summarise_tickets")] if ticketed(config) else []
    jobs += [Job("summarise_pairs")] if config.fidelity_matrices else []
    return jobs + [Job("figure", name=name) for name in config.figures]


def all_jobs(config: Config) -> dict[Job, list[Job]]:
    """Every job of a run in an empty folder with those whose files it reads, which stand before it."""
    found: dict[Job, list[Job]] = {}
    waiting = targets(config)[::-1]
    read: dict[Job, list[Job]] = {}
    while waiting:
        job = waiting[-1]
        if job not in read:
            read[job] = list(dict.fromkeys(file.job for file in files_of(inputs(config, job))))
            waiting += [before for before in reversed(read[job]) if before not in read]
        else:
            waiting.pop()
            found.setdefault(job, read[job])
    return found


def systems(config: Config) -> dict[str, Study]:
    """A study of each system, by the system's name; studies of the same system share its problem and reference."""
    return {study.system.slug: study for study in config.studies.values()}


def tiles(config: Config, matrix: str) -> dict[str, layout.Tile]:
    """The tiles of a fidelity matrix by name."""
    asked = config.fidelity_matrices[matrix]
    return {
        tile.name: tile for tile in layout.matrix_tiles(len(states_of(asked, config.studies)), asked.tile)
    }


def observed(config: Config) -> list[str]:
    """The studies whose observables are measured."""
    return [name for name, study in config.studies.items() if study.observables]


def ticketed(config: Config) -> list[str]:
    """The studies whose surviving weights are described."""
    return [name for name, study in config.studies.items() if study.network.kind == "ffnn"]


def several_draws(config: Config) -> list[str]:
    """The studies with several draws of isolated trainings."""
    return [
        name
        for name, study in config.studies.items()
        if any(block.draw for block in layout.all_blocks(study, config.rounds_per_job))
    ]


def stand_ins(read: Inputs) -> list[Job]:
    """Jobs whose specs stand for those of all jobs that make the files which a job reads.

    Several may differ in seed, rounds and draw alone. The first stands for them, as the reader's own spec lists these.
    A chain is told by its first round: the later ones read nothing else that is made before it. Behind a trained state
    are its problem and theta_init already.
    """
    chosen: dict[tuple[str, ...], Job] = {}
    for file in files_of(read):
        job = first_of_chain(file.job)
        procedure = job.block.procedure if job.block is not None else ""
        chosen.setdefault((job.rule, job.study, procedure, job.name, job.part), job)
    is_trained = any(job.rule in _TRAININGS for job in chosen.values())
    return [job for job in chosen.values() if not (is_trained and job.rule in ("problem", "init"))]


_TRAININGS = ("dense", "rewind_point", "chain", "isolated")


def first_of_chain(job: Job) -> Job:
    """The first round of a block's chain; any other job is itself."""
    if job.rule == "chain" and job.block is not None:
        return job._replace(block=Block(job.block.procedure, 1, 1))
    return job
