"""Specs of trainings and measurements."""

from typing import Any

from sparse_nqs import known_energies
from sparse_nqs.blocks import DENSE, Block
from sparse_nqs.config import Config, Study
from sparse_nqs.config.fidelity_matrices import StateName, states_of
from sparse_nqs.hashing.canonical import digest
from sparse_nqs.hashing.user_files import file_digests, plugin_fingerprint
from sparse_nqs.planning import graph, layout
from sparse_nqs.planning.jobs import Job, tabulated, training
from sparse_nqs.planning.specs import loaded
from sparse_nqs.planning.specs.spec import make

_STEP_FIELDS = {"dense_steps", "round_steps", "isolated_steps"}
# What concerns the energies alone; all else is measured in one batch of samples.
_ACCURACY_FIELDS = {"target_error", "max_samples_per_chain"}


def _training(study: Study, steps: int) -> dict:
    return {**study.training.model_dump(mode="json", exclude=_STEP_FIELDS), "steps": steps}


def _network(study: Study) -> dict:
    content: dict[str, Any] = {"network": study.network.model_dump(mode="json")}
    if study.network.code:
        content["network_code"] = plugin_fingerprint(study.network.code)
        content["network_files"] = file_digests(study.network.code_files)
    return content


def system_of(study: Study) -> dict:
    """The system of a study as plain data."""
    return study.system.model_dump(mode="json")


def _seed_of(study: Study, seed: int) -> dict:
    return {"study": study.name, "seed": seed, "system": system_of(study), **_network(study)}


def _protocol(study: Study) -> dict:
    return {"protocol": study.protocol, "ratio": study.pruning.ratio}


def problem_spec(study: Study) -> str:
    """The Hamiltonian of a study's system."""
    content: dict[str, Any] = {"system": system_of(study)}
    if study.system.code:
        content["operator_code"] = plugin_fingerprint(study.system.code)
        content["operator_files"] = file_digests(study.system.code_files)
    return make("compile_problem", content, loaded.of_problem(study))


def reference_spec(study: Study, config: Config) -> str:
    """The reference energy of a study's system."""
    content: dict[str, Any] = {
        "system": system_of(study),
        "references": config.references.model_dump(mode="json"),
    }
    known = known_energies.find(system_of(study))
    if known is not None and config.references.takes_known(study):
        content["known"] = digest(known["reference"])
    before = _before_in(config, Job("reference", name=study.system.slug))
    return make("compute_reference", content, loaded.of_reference(study), after=before)


def init_spec(study: Study, seed: int) -> str:
    """theta_init of one seed."""
    content = _seed_of(study, seed)
    if study.start is not None:
        content["start"] = study.start.model_dump(mode="json")
    return make("initialise", content, loaded.of_network(study))


def dense_spec(study: Study, seed: int, steps: int | None = None) -> str:
    """The dense training of one seed, or its first `steps` steps, to which a chain rewinds."""
    content = {
        **_seed_of(study, seed),
        "training": _training(study, steps or study.training.dense_steps),
        "file": layout.rewind_point(steps) if steps else DENSE.name,
    }
    before = _before(study, training(study.name, seed, DENSE))
    return make("train_dense", content, loaded.of_training(study, DENSE.procedure), after=before)


def chain_spec(study: Study, seed: int, procedure: str, first: int, last: int) -> str:
    """A block of rounds of one chain of one seed."""
    content = {
        **_seed_of(study, seed),
        "training": _training(study, study.training.round_steps),
        "pruning": _protocol(study),
        "rewind": layout.rewind_name(study, procedure),
        "procedure": procedure,
        "rounds": [first, last],
    }
    before = _before(study, training(study.name, seed, Block(procedure, first, last)))
    return make("train_chain", content, loaded.of_training(study, procedure), after=before)


def isolated_spec(study: Study, seed: int, block: Block) -> str:
    """One isolated training of one seed."""
    steps = study.training.isolated_steps or study.training.dense_steps
    content = {
        **_seed_of(study, seed),
        "training": _training(study, steps),
        "pruning": _protocol(study),
        "procedure": block.procedure,
        "round": block.first,
        "draw": block.draw,
    }
    before = _before(study, training(study.name, seed, block))
    return make("train_isolated", content, loaded.of_training(study, block.procedure), after=before)


def training_spec(study: Study, seed: int, block: Block) -> str:
    """The training of a block of states, whichever procedure's it is."""
    return study_spec(study, training(study.name, seed, block))


def _evaluation(study: Study, *, accuracy: bool = False) -> dict:
    return study.evaluation.model_dump(mode="json", exclude=set() if accuracy else _ACCURACY_FIELDS)


def _measuring(study: Study, seed: int, *, accuracy: bool = False) -> dict:
    return {**_seed_of(study, seed), "evaluation": _evaluation(study, accuracy=accuracy)}


def _of_block(block: Block) -> dict:
    return {"procedure": block.procedure, "rounds": [block.first, block.last], "draw": block.draw}


def evaluation_spec(study: Study, seed: int, block: Block) -> str:
    """The evaluation of a block of states."""
    content = {**_measuring(study, seed, accuracy=True), **_of_block(block)}
    before = _before(study, Job("evaluation", study.name, seed, block))
    return make("evaluate", content, loaded.of_measurement(study, block), after=before)


def observables_spec(study: Study, seed: int, block: Block) -> str:
    """The observables of a block of states."""
    content = {**_measuring(study, seed), **_of_block(block), "observables": list(study.observables)}
    before = _before(study, Job("observables", study.name, seed, block))
    return make("measure_observables", content, loaded.of_observables(study, block), after=before)


def fidelity_spec(study: Study, seed: int, block: Block) -> str:
    """The neighbour fidelities of a block of rounds of a chain."""
    content = {**_measuring(study, seed), **_of_block(block)}
    before = _before(study, Job("fidelity", study.name, seed, block))
    return make("compute_fidelities", content, loaded.of_measurement(study, block), after=before)


def weights_spec(study: Study, seed: int, round_index: int) -> str:
    """The surviving weights of the dense network (round 0) or an IMP-WR round, as a table."""
    block = tabulated(round_index)
    content = {
        "study": study.name,
        "seed": seed,
        "procedure": block.procedure,
        "round": round_index,
        "system": system_of(study),
    }
    before = _before(study, Job("tabulate_weights", study.name, seed, block))
    return make("tabulate_weights", content, after=before)


def tile_spec(config: Config, name: str, tile: layout.Tile) -> str:
    """One tile of a fidelity matrix; columns are null where they are the rows."""
    matrix = config.fidelity_matrices[name]
    states = states_of(matrix, config.studies)

    def block_of(state: StateName) -> Block:
        study = config.studies[state.study]
        return layout.block_of_state(study, state.procedure, state.round, config.rounds_per_job)

    def entries(part: slice) -> list[dict]:
        return [{**state._asdict(), "block": block_of(state).name} for state in states[part]]

    compared = states[tile.rows] + states[tile.columns]
    studies = [config.studies[study] for study in dict.fromkeys(state.study for state in compared)]
    trained = dict.fromkeys((state.study, state.seed, block_of(state)) for state in compared)
    first = config.studies[matrix.studies[0]]
    content = {
        "matrix": name,
        "tile": tile.name,
        "rows": entries(tile.rows),
        "columns": None if tile.columns == tile.rows else entries(tile.columns),
        "evaluation": _evaluation(first),
        "studies": {
            study.name: {**_network(study), "system": system_of(study), "problem": study.system.slug}
            for study in studies
        },
    }
    return make(
        "compare_states",
        content,
        sorted(
            {
                module
                for study, _, block in trained
                for module in loaded.of_measurement(config.studies[study], block)
            }
        ),
        after=_before_in(config, Job("fidelity_tile", name=name, part=tile.name)),
    )


def study_spec(study: Study, job: Job) -> str:
    """The spec of a training, or of what reads its states alone.

    Raises:
        ValueError: if there is no such rule.
    """
    match job:
        case Job(rule="problem"):
            return problem_spec(study)
        case Job(rule="init"):
            return init_spec(study, job.seed)
        case Job(rule="dense"):
            return dense_spec(study, job.seed)
        case Job(rule="rewind_point"):
            return dense_spec(study, job.seed, int(job.part))
        case Job(rule="chain", block=Block() as block):
            return chain_spec(study, job.seed, block.procedure, block.first, block.last)
        case Job(rule="isolated", block=Block() as block):
            return isolated_spec(study, job.seed, block)
        case Job(rule="evaluation", block=Block() as block):
            return evaluation_spec(study, job.seed, block)
        case Job(rule="observables", block=Block() as block):
            return observables_spec(study, job.seed, block)
        case Job(rule="fidelity", block=Block() as block):
            return fidelity_spec(study, job.seed, block)
        case Job(rule="tabulate_weights", block=Block() as block):
            return weights_spec(study, job.seed, block.first)
        case _:
            raise ValueError(f"there is no rule {job.rule} of a study with the wildcards {job.wildcards}")


def _before(study: Study, job: Job) -> list[str]:
    """The specs that stand for those of all jobs whose files a job reads."""
    # Chains are told by their first round, whatever their blocks.
    files = graph.study_inputs(study, graph.first_of_chain(job), rounds_per_job=1)
    return [study_spec(study, other) for other in graph.stand_ins(files)]


def _before_in(config: Config, job: Job) -> list[str]:
    """The same of a job that belongs to a system or to several studies."""
    systems = graph.systems(config)
    return [
        study_spec(systems[other.name] if other.rule == "problem" else config.studies[other.study], other)
        for other in graph.stand_ins(graph.inputs(config, job))
    ]
