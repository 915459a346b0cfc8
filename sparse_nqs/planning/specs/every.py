"""Every job of a config with its spec: what the rules make, named by their first output."""

from collections.abc import Iterator
from typing import NamedTuple

from sparse_nqs.blocks import DENSE
from sparse_nqs.config import Config, Study, fidelity_matrices
from sparse_nqs.config.pruning import CHAINS
from sparse_nqs.planning import layout
from sparse_nqs.planning.figure_tables import parts_read
from sparse_nqs.planning.specs import jobs, tables


class Job(NamedTuple):
    """A job: its rule, its first output below the folder of the results, and its spec."""

    rule: str
    output: str
    spec: str


def every_job(config: Config) -> Iterator[Job]:
    """All jobs of a config, those of the report included."""
    systems = {study.system.slug: study for study in config.studies.values()}
    for slug, study in systems.items():
        yield Job("problem", f"problems/{slug}.safetensors", jobs.problem_spec(study))
        yield Job("reference", f"references/{slug}.json", jobs.reference_spec(study, config))
    for study in config.studies.values():
        for seed in study.seeds:
            yield from _of_seed(config, study, seed)
    yield from _of_matrices(config)
    for study in config.studies.values():
        yield from _of_study(config, study)
    yield from _of_all(config)
    yield from _of_figures(config)


def _of_seed(config: Config, study: Study, seed: int) -> Iterator[Job]:
    def path(name: str, suffix: str = ".safetensors") -> str:
        return layout.seed_file(study.name, seed, name, suffix)

    yield Job("init", path("init"), jobs.init_spec(study, seed))
    blocks = layout.all_blocks(study, config.rounds_per_job)
    for block in (DENSE, *(block for block in blocks if block != DENSE)):
        rule = block.procedure if block == DENSE else "chain" if block.procedure in CHAINS else "isolated"
        yield Job(rule, path(block.name), jobs.training_spec(study, seed, block))
        if block == DENSE and isinstance(study.pruning.rewind_to, int) and _rewinds(study):
            step = study.pruning.rewind_to
            yield Job("rewind_point", path(layout.rewind_point(step)), jobs.dense_spec(study, seed, step))
        yield Job(
            "evaluation", path(block.name, ".evaluation.json"), jobs.evaluation_spec(study, seed, block)
        )
        if block.procedure in CHAINS:
            spec = jobs.fidelity_spec(study, seed, block)
            yield Job("fidelity", path(block.name, ".fidelities.json"), spec)
        if study.observables:
            spec = jobs.observables_spec(study, seed, block)
            yield Job("observables", path(block.name, ".observables.parquet"), spec)


def _rewinds(study: Study) -> bool:
    return any(layout.rewinds(procedure) for procedure in study.pruning.procedures)


def _of_matrices(config: Config) -> Iterator[Job]:
    for name, matrix in config.fidelity_matrices.items():
        folder = f"fidelity_matrices/{name}"
        count = len(fidelity_matrices.states_of(matrix, config.studies))
        for tile in layout.matrix_tiles(count, matrix.tile):
            yield Job("fidelity_tile", f"{folder}/{tile.name}.parquet", jobs.tile_spec(config, name, tile))
        yield Job("collect_pairs", f"{folder}/pairs.parquet", tables.pairs_spec(config, name))


def _of_study(config: Config, study: Study) -> Iterator[Job]:
    folder, rounds = f"studies/{study.name}/tables", config.rounds_per_job
    reference = jobs.reference_spec(study, config)
    yield Job(
        "summarise_study", f"{folder}/rounds.parquet", tables.study_summary_spec(study, rounds, reference)
    )
    yield Job("regions", f"{folder}/regions.parquet", tables.regions_spec(config, study.name))
    if study in tables.ticketed(config):
        yield Job("tickets", f"{folder}/tickets.parquet", tables.tickets_spec(study, rounds))
    if study.observables:
        spec = tables.study_observables_spec(study, rounds)
        yield Job("collect_observables", f"{folder}/observables.parquet", spec)


def _of_all(config: Config) -> Iterator[Job]:
    def job(rule: str, name: str, spec: str) -> Job:
        return Job(rule, f"summaries/{name}", spec)

    yield job("summarise", "rounds.parquet", tables.summary_spec(config))
    yield job("summarise_references", "references.parquet", tables.references_spec(config))
    yield job("compare_references", "published_references.md", tables.comparison_spec(config))
    yield job("summarise_regions", "regions.parquet", tables.regions_summary_spec(config))
    yield job("compare_published", "comparison.parquet", tables.published_spec(config))
    if tables.several_draws(config):
        yield job("compare_draws", "draws.parquet", tables.draws_spec(config))
    if studies := tables.ticketed(config):
        spec = tables.tickets_summary_spec(studies, config.rounds_per_job)
        yield job("summarise_tickets", "tickets.parquet", spec)
    if studies := tables.observed(config):
        spec = tables.observables_summary_spec(studies, config.rounds_per_job)
        yield job("summarise_observables", "observables.parquet", spec)
    if config.fidelity_matrices:
        yield job("summarise_pairs", "fidelity_pairs.parquet", tables.pairs_summary_spec(config))
    yield job("describe_run", "run.html", tables.run_page_spec(config))


def _of_figures(config: Config) -> Iterator[Job]:
    for name in config.figures:
        yield Job("figure", f"figures/{name}.pdf", tables.figure_spec(config, name))
    parts = {part.path: part for name in config.figures for part in parts_read(config, name)}
    for path, part in parts.items():
        origin = part.origin
        if part.table == "plaquette_networks":
            yield Job("plaquette_network", path, tables.plaquette_network_spec(config, origin["figure"]))
        if part.table == "weights":
            spec = tables.weights_spec(config.studies[origin["study"]], origin["seed"], origin["round"])
            yield Job("tabulate_weights", path, spec)
