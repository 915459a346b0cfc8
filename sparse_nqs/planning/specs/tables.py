"""Specs of tables, of what is read off them, and of figures.

One seed and one block of each procedure stand for all jobs before a table. The others differ only in entries that the
table's own spec lists.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256

from sparse_nqs.blocks import DENSE, Block
from sparse_nqs.config import Config, Study
from sparse_nqs.config.fidelity_matrices import states_of
from sparse_nqs.config.pruning import CHAINS
from sparse_nqs.hashing.canonical import digest
from sparse_nqs.planning import layout
from sparse_nqs.planning.figure_tables import TablePart, parts_read
from sparse_nqs.planning.specs import loaded
from sparse_nqs.planning.specs.jobs import (
    evaluation_spec,
    fidelity_spec,
    observables_spec,
    reference_spec,
    system_of,
    tile_spec,
    training_spec,
)
from sparse_nqs.planning.specs.spec import PACKAGE, make
from sparse_nqs.study_tables import TICKETS


def _examples(study: Study, rounds_per_job: int) -> list[tuple[int, Block]]:
    """The first seed with the first block of each procedure."""
    blocks: dict[str, Block] = {}
    for block in layout.all_blocks(study, rounds_per_job):
        blocks.setdefault(block.procedure, block)
    return [(study.seeds[0], block) for block in blocks.values()]


def study_observables_spec(study: Study, rounds_per_job: int) -> str:
    """The tables of observables of all blocks of a study as one."""
    content = {
        "study": study.name,
        "seeds": list(study.seeds),
        "blocks": layout.block_list(study, rounds_per_job),
    }
    measured = [observables_spec(study, seed, block) for seed, block in _examples(study, rounds_per_job)]
    return make("collect_observables", content, after=measured)


def observables_summary_spec(studies: Iterable[Study], rounds_per_job: int) -> str:
    """The tables of observables of several studies as one."""
    studies = list(studies)
    collected = [study_observables_spec(study, rounds_per_job) for study in studies]
    return make("collect_observables", {"studies": [study.name for study in studies]}, after=collected)


def pairs_spec(config: Config, name: str) -> str:
    """The pairs of a fidelity matrix as one table: its number of states and its tile size."""
    matrix = config.fidelity_matrices[name]
    content = {"matrix": name, "states": len(states_of(matrix, config.studies)), "tile": matrix.tile}
    whole = layout.Tile("whole", slice(None), slice(None))
    return make("collect_pairs", content, after=[tile_spec(config, name, whole)])


def pairs_summary_spec(config: Config) -> str:
    """The pairs of all fidelity matrices as one table."""
    names = list(config.fidelity_matrices)
    return make("summarise_pairs", {"matrices": names}, after=[pairs_spec(config, name) for name in names])


def study_summary_spec(study: Study, rounds_per_job: int, reference: str = "") -> str:
    """The tables of a study: what its rows say of the study, and the blocks of each seed they come from.

    Args:
        reference: the spec of the reference that it is compared with.
    """
    content = {
        "study": study.name,
        "seeds": list(study.seeds),
        "blocks": layout.block_list(study, rounds_per_job),
        "system": system_of(study),
        "n_sites": study.n_sites,
        "network": study.network.model_dump(mode="json"),
        "training": study.training.model_dump(
            mode="json", include={"learning_rate", "samples", "sampling_power"}
        ),
    }
    measured = []
    for seed, block in _examples(study, rounds_per_job):
        measured.append(evaluation_spec(study, seed, block))
        if block.procedure in CHAINS:
            measured.append(fidelity_spec(study, seed, block))
    return make("summarise_study", content, loaded.of_tables(study), after=[reference, *measured])


def summary_spec(config: Config) -> str:
    """The tables of all studies."""
    parts = [_study_summary(config, name) for name in config.studies]
    return make("summarise", {"studies": list(config.studies)}, after=parts)


def _study_summary(config: Config, name: str) -> str:
    study = config.studies[name]
    return study_summary_spec(study, config.rounds_per_job, reference_spec(study, config))


def references_spec(config: Config) -> str:
    """The table of the references of all systems."""
    systems = _systems(config)
    content = {"systems": {name: system_of(study) for name, study in systems.items()}}
    computed = [reference_spec(study, config) for study in systems.values()]
    return make("summarise_references", content, after=computed)


def comparison_spec(config: Config) -> str:
    """The references of all systems beside the published energies."""
    entries = {
        name: {"system": system_of(study), "n_sites": study.n_sites}
        for name, study in _systems(config).items()
    }
    return make("compare_references", {"systems": entries}, after=[references_spec(config)])


def _systems(config: Config) -> dict[str, Study]:
    """A study of each system, by the system's name."""
    return {study.system.slug: study for study in config.studies.values()}


def regions_spec(config: Config, name: str) -> str:
    """The scaling regions of a study's trajectories."""
    content = {"study": name, "procedures": list(config.studies[name].pruning.procedures)}
    return make("fit_regions", content, after=[_study_summary(config, name)])


def regions_summary_spec(config: Config) -> str:
    """The scaling regions of all studies as one table."""
    names = list(config.studies)
    return make("summarise_regions", {"studies": names}, after=[regions_spec(config, name) for name in names])


def published_spec(config: Config) -> str:
    """All studies against the published curves."""
    return make(
        "compare_published",
        {"published": _published_data()},
        after=[summary_spec(config), regions_summary_spec(config)],
    )


def draws_spec(config: Config) -> str:
    """The means over independent draws of all studies, beside the published ones."""
    return make("compare_draws", {"published": _published_data()}, after=[summary_spec(config)])


def several_draws(config: Config) -> list[Study]:
    """The studies with several draws of isolated trainings."""
    return [
        study
        for study in config.studies.values()
        if any(block.draw for block in layout.all_blocks(study, config.rounds_per_job))
    ]


def _published_data() -> dict[str, str]:
    """The published numbers, which are files of the package and no code, by hash."""
    folder = PACKAGE / "published" / "data"
    return {path.name: sha256(path.read_bytes()).hexdigest()[:16] for path in sorted(folder.glob("*.csv"))}


def tickets_spec(study: Study, rounds_per_job: int) -> str:
    """The structure of all masks of a study's chains."""
    blocks = layout.block_list(study, rounds_per_job)
    content = {
        "study": study.name,
        "seeds": list(study.seeds),
        **{name: blocks[name] for name in ("chains", "rounds", "rounds_per_job")},
        "system": system_of(study),
    }
    chains = [
        training_spec(study, seed, block)
        for seed, block in _examples(study, rounds_per_job)
        if block.procedure in CHAINS
    ]
    return make("describe_tickets", content, loaded.of_lattice(study), after=chains)


def tickets_summary_spec(studies: Iterable[Study], rounds_per_job: int) -> str:
    """The tables of tickets of these studies as one each."""
    described = {study.name: tickets_spec(study, rounds_per_job) for study in studies}
    return make("summarise_tickets", {"studies": list(described)}, after=described.values())


def weights_spec(study: Study, seed: int, round_index: int) -> str:
    """The surviving weights of the dense network (round 0) or an IMP-WR round, as a table."""
    content = {
        "study": study.name,
        "seed": seed,
        "procedure": "imp_wr" if round_index else "dense",
        "round": round_index,
        "system": system_of(study),
    }
    block = Block("imp_wr", 1, 1) if round_index else DENSE
    return make("tabulate_weights", content, after=[training_spec(study, seed, block)])


def run_page_spec(config: Config) -> str:
    """What the run was: all of the config, and the jobs that make the tables without provenance in their rows."""
    content = {"config": config.model_dump(mode="json"), "tables": table_hashes(config)}
    return make("describe_run", content, after=[summary_spec(config)])


def table_hashes(config: Config) -> dict[str, dict[str, str]]:
    """The tables that come from those of `summarise`, or whose rows have no provenance, and what makes them.

    Returns:
        By table spec_hash, of all settings and code that it depends on, and code_hash, of the code that writes it; as
        in provenance.parquet.
    """
    there = {
        "fidelity_pairs": bool(config.fidelity_matrices),
        "observables": bool(observed(config)),
        "draws": bool(several_draws(config)),
        **dict.fromkeys(TICKETS, bool(ticketed(config))),
    }
    made = {table: spec_of(config) for table, spec_of in _MAKERS.items() if there.get(table, True)}
    return {
        table: {"spec_hash": digest(json.loads(spec)), "code_hash": json.loads(spec)["code"]}
        for table, spec in made.items()
    }


def plaquette_network_spec(config: Config, name: str) -> str:
    """The toric code's analytic networks that a figure draws."""
    options = config.figures[name].model_dump(mode="json", exclude={"kind"})
    return make("measure_plaquette_networks", {"figure": name, **options}, loaded.of_plaquette_networks())


def figure_spec(config: Config, name: str) -> str:
    """One figure: its own options, the style, and the code of its kind."""
    figure = config.figures[name].model_dump(mode="json")
    parts = parts_read(config, name)
    content = {
        "figure": figure,
        "style": config.style.model_dump(mode="json"),
        # In the order in which the files are handed over.
        "tables": [[part.table, part.origin] for part in parts],
    }
    if figure.get("published", "none") != "none":
        content["published"] = _published_data()
    read = dict.fromkeys(_part_spec(config, part) for part in parts)
    return make("draw_figure", content, loaded.of_figure(config, name), after=read)


def _part_spec(config: Config, part: TablePart) -> str:
    """The spec of the job that makes a file which a figure reads."""
    if part.table == "fidelity_pairs":
        return pairs_spec(config, part.origin["matrix"])
    if part.table == "plaquette_networks":
        return plaquette_network_spec(config, part.origin["figure"])
    study = config.studies[part.origin["study"]]
    if part.table == "weights":
        return weights_spec(study, part.origin["seed"], part.origin["round"])
    if part.table == "regions":
        return regions_spec(config, study.name)
    if part.table in TICKETS:
        return tickets_spec(study, config.rounds_per_job)
    return _study_summary(config, study.name)


def observed(config: Config) -> list[Study]:
    """The studies whose observables are measured."""
    return [study for study in config.studies.values() if study.observables]


def ticketed(config: Config) -> list[Study]:
    """The studies whose surviving weights are described."""
    return [study for study in config.studies.values() if study.network.kind == "ffnn"]


def _tickets(config: Config) -> str:
    return tickets_summary_spec(ticketed(config), config.rounds_per_job)


def _observables(config: Config) -> str:
    return observables_summary_spec(observed(config), config.rounds_per_job)


# What makes the tables of all studies that `summarise` does not.
_MAKERS: Mapping[str, Callable[[Config], str]] = {
    "references": references_spec,
    "regions": regions_summary_spec,
    "comparison": published_spec,
    "draws": draws_spec,
    "fidelity_pairs": pairs_summary_spec,
    "observables": _observables,
    **dict.fromkeys(TICKETS, _tickets),
}
