"""Specs: for every rule the slice of the config, and the code, that its result depends on, as canonical JSON.

A rule's spec is its only parameter. It holds nothing that leaves the result as it is: not the number of rounds or
the list of seeds in a training's spec, no labels or styles outside figures. So an edit reruns what it concerns.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sparse_nqs.blocks import DENSE, Block
from sparse_nqs.config import layout
from sparse_nqs.config.canonical import canonical_json
from sparse_nqs.config.fingerprint import fingerprint
from sparse_nqs.config.matrices import states_of
from sparse_nqs.config.networks import FlaxModule
from sparse_nqs.config.plugins import plugin_fingerprint
from sparse_nqs.config.pruning import CHAINS
from sparse_nqs.config.schema import Config, Study
from sparse_nqs.config.systems import OperatorModel

_PACKAGE = Path(__file__).resolve().parent.parent
_SCRIPTS = _PACKAGE.parent / "workflow_scripts"

_STEP_FIELDS = {"dense_steps", "round_steps", "isolated_steps"}
# What concerns the energies alone; all else is measured in one batch of samples.
_ACCURACY_FIELDS = {"target_error", "max_samples_per_chain"}


@cache
def _code(script: str, modules: tuple[str, ...] = ()) -> str:
    return fingerprint([_SCRIPTS / f"{script}.py"], _PACKAGE, modules)


def _spec(script: str, content: dict, modules: Iterable[str] = ()) -> str:
    return canonical_json({**content, "code": _code(script, tuple(modules))})


def _network_module(study: Study) -> list[str]:
    # Networks are loaded by name, so that an edit in one of them concerns its own studies only.
    return [f"sparse_nqs.networks.{study.network.kind}"]


def _training(study: Study, steps: int) -> dict:
    return {**study.training.model_dump(mode="json", exclude=_STEP_FIELDS), "steps": steps}


def _network(study: Study) -> dict[str, Any]:
    content: dict[str, Any] = {"network": study.network.model_dump(mode="json")}
    if isinstance(study.network, FlaxModule):
        content["network_code"] = plugin_fingerprint(study.network.module)
    return content


def _system(study: Study) -> dict:
    return study.system.model_dump(mode="json")


def _seed_of(study: Study, seed: int) -> dict:
    return {"study": study.name, "seed": seed, "system": _system(study), **_network(study)}


def _protocol(study: Study) -> dict:
    return {"protocol": study.protocol, "ratio": study.pruning.ratio}


def problem_spec(study: Study) -> str:
    """The Hamiltonian of a study's system."""
    content: dict[str, Any] = {"system": _system(study)}
    if isinstance(study.system, OperatorModel):
        content["operator_code"] = plugin_fingerprint(study.system.operator)
    return _spec("compile_problem", content)


def reference_spec(study: Study, config: Config) -> str:
    """The reference energy of a study's system."""
    content = {"system": _system(study), "references": config.references.model_dump(mode="json")}
    return _spec("compute_reference", content)


def init_spec(study: Study, seed: int) -> str:
    """theta_init of one seed."""
    content = _seed_of(study, seed)
    if study.start is not None:
        content["start"] = study.start.model_dump(mode="json")
    return _spec("initialise", content, _network_module(study))


def dense_spec(study: Study, seed: int, steps: int | None = None) -> str:
    """The dense training of one seed, or its first `steps` steps, to which a chain rewinds."""
    content = {
        **_seed_of(study, seed),
        "training": _training(study, steps or study.training.dense_steps),
        "file": layout.rewind_point(steps) if steps else DENSE.name,
    }
    return _spec("train_dense", content, _network_module(study))


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
    return _spec("train_chain", content, _network_module(study))


def isolated_spec(study: Study, seed: int, procedure: str, round_index: int) -> str:
    """One isolated training of one seed."""
    steps = study.training.isolated_steps or study.training.dense_steps
    content = {
        **_seed_of(study, seed),
        "training": _training(study, steps),
        "pruning": _protocol(study),
        "procedure": procedure,
        "round": round_index,
    }
    return _spec("train_isolated", content, _network_module(study))


def _evaluation(study: Study, *, accuracy: bool = False) -> dict:
    return study.evaluation.model_dump(mode="json", exclude=set() if accuracy else _ACCURACY_FIELDS)


def _measuring(study: Study, seed: int, *, accuracy: bool = False) -> dict:
    return {**_seed_of(study, seed), "evaluation": _evaluation(study, accuracy=accuracy)}


def _of_block(block: Block) -> dict:
    return {"procedure": block.procedure, "rounds": [block.first, block.last]}


def evaluation_spec(study: Study, seed: int, block: Block) -> str:
    """The evaluation of a block of states."""
    content = {**_measuring(study, seed, accuracy=True), **_of_block(block)}
    return _spec("evaluate", content, _network_module(study))


def observables_spec(study: Study, seed: int, block: Block) -> str:
    """The observables of a block of states."""
    content = {**_measuring(study, seed), **_of_block(block), "observables": list(study.observables)}
    return _spec("measure_observables", content, _network_module(study))


def study_observables_spec(study: Study, rounds_per_job: int) -> str:
    """The tables of observables of all blocks of a study as one."""
    blocks = layout.block_list(study, rounds_per_job)
    return _spec("collect_observables", {"study": study.name, "seeds": list(study.seeds), "blocks": blocks})


def observables_summary_spec(studies: Iterable[str]) -> str:
    """The tables of observables of several studies as one."""
    return _spec("collect_observables", {"studies": list(studies)})


def fidelity_spec(study: Study, seed: int, block: Block) -> str:
    """The neighbour fidelities of a block of rounds of a chain."""
    content = {**_measuring(study, seed), **_of_block(block)}
    return _spec("compute_fidelities", content, _network_module(study))


def tile_spec(config: Config, name: str, tile: layout.Tile) -> str:
    """One tile of a fidelity matrix; columns are null where they are the rows."""
    matrix = config.fidelity_matrices[name]
    states = states_of(matrix, config.studies)

    def entries(part: slice) -> list[dict]:
        return [
            {
                **state._asdict(),
                "block": layout.block_of_state(
                    config.studies[state.study], state.procedure, state.round, config.rounds_per_job
                ).name,
            }
            for state in states[part]
        ]

    studies = [
        config.studies[study]
        for study in dict.fromkeys(state.study for state in states[tile.rows] + states[tile.columns])
    ]
    first = config.studies[matrix.studies[0]]
    content = {
        "matrix": name,
        "tile": tile.name,
        "rows": entries(tile.rows),
        "columns": None if tile.columns == tile.rows else entries(tile.columns),
        "evaluation": _evaluation(first),
        "studies": {
            study.name: {**_network(study), "system": _system(study), "problem": study.system.slug}
            for study in studies
        },
    }
    return _spec(
        "compare_states", content, sorted({module for study in studies for module in _network_module(study)})
    )


def pairs_spec(config: Config) -> str:
    """The pairs of all fidelity matrices as one table: the number of states and the tile size of each."""
    extents = {
        name: [len(states_of(matrix, config.studies)), matrix.tile]
        for name, matrix in config.fidelity_matrices.items()
    }
    return _spec("collect_pairs", {"matrices": extents})


def study_summary_spec(study: Study, rounds_per_job: int) -> str:
    """The tables of a study: what its rows say of the study, and the blocks of each seed they come from."""
    content = {
        "study": study.name,
        "seeds": list(study.seeds),
        "blocks": layout.block_list(study, rounds_per_job),
        "system": _system(study),
        "n_sites": study.n_sites,
        "network": study.network.model_dump(mode="json"),
        "training": study.training.model_dump(mode="json", include={"learning_rate", "samples"}),
    }
    return _spec("summarise_study", content)


def summary_spec(config: Config) -> str:
    """The tables of all studies."""
    return _spec("summarise", {"studies": list(config.studies)})


def references_spec(systems: Mapping[str, Study]) -> str:
    """The table of the references of all systems; a study of each system by the system's name."""
    return _spec(
        "summarise_references", {"systems": {name: _system(study) for name, study in systems.items()}}
    )


def comparison_spec(systems: Mapping[str, Study]) -> str:
    """The references of all systems beside the published energies; a study of each system by the system's name."""
    entries = {name: {"system": _system(study), "n_sites": study.n_sites} for name, study in systems.items()}
    return _spec("compare_references", {"systems": entries})


def regions_spec() -> str:
    """The scaling regions of all studies' trajectories."""
    return _spec("fit_regions", {"procedures": list(CHAINS)})


def published_spec() -> str:
    """All studies against the published curves."""
    return _spec("compare_published", {"published": _published_data()})


def _published_data() -> dict[str, str]:
    """The published numbers, which are files of the package and no code, by hash."""
    files = sorted((_PACKAGE / "published" / "data").glob("*.csv"))
    return {path.name: sha256(path.read_bytes()).hexdigest()[:16] for path in files}


def tickets_spec(study: Study, rounds_per_job: int) -> str:
    """The structure of all masks of a study's chains."""
    blocks = layout.block_list(study, rounds_per_job)
    content = {
        "study": study.name,
        "seeds": list(study.seeds),
        **{name: blocks[name] for name in ("chains", "rounds", "rounds_per_job")},
        "system": _system(study),
    }
    return _spec("describe_tickets", content)


def tickets_summary_spec(studies: list[str]) -> str:
    """The tables of tickets of these studies as one each."""
    return _spec("summarise_tickets", {"studies": studies})


def weights_spec(study: Study, seed: int, round_index: int) -> str:
    """The surviving weights of the dense network (round 0) or an IMP-WR round, as a table."""
    content = {
        "study": study.name,
        "seed": seed,
        "procedure": "imp_wr" if round_index else "dense",
        "round": round_index,
        "system": _system(study),
    }
    return _spec("tabulate_weights", content)


def run_page_spec(config: Config) -> str:
    """What the run was: all of the config."""
    return _spec("describe_run", {"config": config.model_dump(mode="json")})


def figure_spec(config: Config, name: str) -> str:
    """One figure: its own options, the style, and the code of its kind."""
    figure = config.figures[name].model_dump(mode="json")
    content = {"figure": figure, "style": config.style.model_dump(mode="json")}
    if figure.get("published", "none") != "none":
        content["published"] = _published_data()
    return _spec("draw_figure", content, [f"sparse_nqs.figures.{figure['kind']}"])
