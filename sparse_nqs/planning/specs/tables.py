"""Specs of tables, of what is read off them, and of figures."""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from sparse_nqs.config import Config
from sparse_nqs.config.fidelity_matrices import states_of
from sparse_nqs.hashing.canonical import digest
from sparse_nqs.planning import graph, layout
from sparse_nqs.planning.figure_tables import parts_read
from sparse_nqs.planning.jobs import OUTPUTS, Job
from sparse_nqs.planning.specs import loaded
from sparse_nqs.planning.specs.accepted import read_accepted
from sparse_nqs.planning.specs.jobs import reference_spec, study_spec, system_of, tile_spec
from sparse_nqs.planning.specs.spec import PACKAGE, make


def spec_of(config: Config, job: Job) -> str:
    """The spec of any job of a config.

    Raises:
        ValueError: if there is no such rule.
    """
    match job.rule:
        case "problem":
            return study_spec(graph.systems(config)[job.name], job)
        case "reference":
            return reference_spec(graph.systems(config)[job.name], config)
        case "fidelity_tile":
            return tile_spec(config, job.name, graph.tiles(config, job.name)[job.part])
        case "collect_pairs" | "plaquette_network" | "figure":
            return _OF_NAME[job.rule](config, job.name)
        case "summarise_study" | "collect_observables" | "regions" | "tickets":
            return _OF_NAME[job.rule](config, job.study)
        case rule if rule in _OF_ALL:
            return _OF_ALL[rule](config)
        case _:
            return study_spec(config.studies[job.study], job)


def _before(config: Config, job: Job) -> list[str]:
    """The specs that stand for those of all jobs whose files a job reads."""
    return [spec_of(config, other) for other in graph.stand_ins(graph.inputs(config, job))]


def _states(config: Config, name: str) -> dict:
    """Which states a table of a study is of."""
    study = config.studies[name]
    blocks = layout.block_list(study, config.rounds_per_job)
    return {"study": name, "seeds": list(study.seeds), "blocks": blocks}


def study_observables_spec(config: Config, name: str) -> str:
    """The tables of observables of all blocks of a study as one."""
    before = _before(config, Job("collect_observables", name))
    return make("collect_observables", _states(config, name), after=before)


def observables_summary_spec(config: Config) -> str:
    """The tables of observables of all studies that have them as one."""
    content = {"studies": graph.observed(config)}
    return make("collect_observables", content, after=_before(config, Job("summarise_observables")))


def pairs_spec(config: Config, name: str) -> str:
    """The pairs of a fidelity matrix as one table: its number of states and its tile size."""
    matrix = config.fidelity_matrices[name]
    content = {"matrix": name, "states": len(states_of(matrix, config.studies)), "tile": matrix.tile}
    return make("collect_pairs", content, after=_before(config, Job("collect_pairs", name=name)))


def pairs_summary_spec(config: Config) -> str:
    """The pairs of all fidelity matrices as one table."""
    content = {"matrices": list(config.fidelity_matrices)}
    return make("summarise_pairs", content, after=_before(config, Job("summarise_pairs")))


def study_summary_spec(config: Config, name: str) -> str:
    """The tables of a study: what its rows say of the study, and the blocks of each seed they come from."""
    study = config.studies[name]
    content = {
        **_states(config, name),
        "system": system_of(study),
        "n_sites": study.n_sites,
        "network": study.network.model_dump(mode="json"),
        "training": study.training.model_dump(
            mode="json", include={"learning_rate", "samples", "sampling_power"}
        ),
    }
    before = _before(config, Job("summarise_study", name))
    return make("summarise_study", content, loaded.of_tables(study), after=before)


def summary_spec(config: Config) -> str:
    """The tables of all studies."""
    return make("summarise", {"studies": list(config.studies)}, after=_before(config, Job("summarise")))


def references_spec(config: Config) -> str:
    """The table of the references of all systems."""
    content = {"systems": {name: system_of(study) for name, study in graph.systems(config).items()}}
    return make("summarise_references", content, after=_before(config, Job("summarise_references")))


def comparison_spec(config: Config) -> str:
    """The references of all systems beside the published energies."""
    entries = {
        name: {"system": system_of(study), "n_sites": study.n_sites}
        for name, study in graph.systems(config).items()
    }
    before = _before(config, Job("compare_references"))
    return make("compare_references", {"systems": entries}, after=before)


def regions_spec(config: Config, name: str) -> str:
    """The scaling regions of a study's trajectories."""
    content = {"study": name, "procedures": list(config.studies[name].pruning.procedures)}
    return make("fit_regions", content, after=_before(config, Job("regions", name)))


def regions_summary_spec(config: Config) -> str:
    """The scaling regions of all studies as one table."""
    content = {"studies": list(config.studies)}
    return make("summarise_regions", content, after=_before(config, Job("summarise_regions")))


def published_spec(config: Config) -> str:
    """All studies against the published curves."""
    before = _before(config, Job("compare_published"))
    return make("compare_published", {"published": _published_data()}, after=before)


def draws_spec(config: Config) -> str:
    """The means over independent draws of all studies, beside the published ones."""
    before = _before(config, Job("compare_draws"))
    return make("compare_draws", {"published": _published_data()}, after=before)


def _published_data() -> dict[str, str]:
    """The published numbers, which are files of the package and no code, by hash."""
    folder = PACKAGE / "published" / "data"
    return {path.name: sha256(path.read_bytes()).hexdigest()[:16] for path in sorted(folder.glob("*.csv"))}


def tickets_spec(config: Config, name: str) -> str:
    """The structure of all masks of a study's chains."""
    study = config.studies[name]
    blocks = layout.block_list(study, config.rounds_per_job)
    content = {
        "study": name,
        "seeds": list(study.seeds),
        **{key: blocks[key] for key in ("chains", "rounds", "rounds_per_job")},
        "system": system_of(study),
    }
    before = _before(config, Job("tickets", name))
    return make("describe_tickets", content, loaded.of_lattice(study), after=before)


def tickets_summary_spec(config: Config) -> str:
    """The tables of tickets of all studies that have them as one each."""
    content = {"studies": graph.ticketed(config)}
    return make("summarise_tickets", content, after=_before(config, Job("summarise_tickets")))


def run_page_spec(config: Config) -> str:
    """What the run was: all of the config, and the jobs that make the tables without provenance in their rows."""
    content: dict[str, Any] = {"config": config.model_dump(mode="json"), "tables": table_hashes(config)}
    if accepted := read_accepted(config.results):
        content["accepted"] = [entry._asdict() for entry in accepted]
    return make("describe_run", content, after=_before(config, Job("describe_run")))


def table_hashes(config: Config) -> dict[str, dict[str, str]]:
    """The tables that come from those of `summarise`, or whose rows have no provenance, and what makes them.

    Returns:
        By table spec_hash, of all settings and code that it depends on, and code_hash, of the code that writes it; as
        in provenance.parquet.
    """
    hashes: dict[str, dict[str, str]] = {}
    for job in graph.targets(config):
        if job.rule not in ("summarise", "figure"):
            spec = json.loads(spec_of(config, job))
            made = {"spec_hash": digest(spec), "code_hash": spec["code"]}
            hashes |= {table: made for path in OUTPUTS[job.rule].values() if (table := _table_at(path))}
    return hashes


def _table_at(path: str) -> str:
    """The table that a path is of; nothing for a page."""
    name, _, kind = path.rpartition("/")[2].partition(".")
    return name if kind == "parquet" else ""


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
    before = _before(config, Job("figure", name=name))
    return make("draw_figure", content, loaded.of_figure(config, name), after=before)


_OF_NAME: Mapping[str, Callable[[Config, str], str]] = {
    "collect_pairs": pairs_spec,
    "plaquette_network": plaquette_network_spec,
    "figure": figure_spec,
    "summarise_study": study_summary_spec,
    "collect_observables": study_observables_spec,
    "regions": regions_spec,
    "tickets": tickets_spec,
}
_OF_ALL: Mapping[str, Callable[[Config], str]] = {
    "summarise": summary_spec,
    "summarise_references": references_spec,
    "compare_references": comparison_spec,
    "summarise_observables": observables_summary_spec,
    "summarise_pairs": pairs_summary_spec,
    "summarise_regions": regions_summary_spec,
    "summarise_tickets": tickets_summary_spec,
    "compare_published": published_spec,
    "compare_draws": draws_spec,
    "describe_run": run_page_spec,
}
