"""What a config asks for, before anything runs: `python -m sparse_nqs.planning.plan CONFIG` (`make plan`).

Jobs by kind and their estimated time on one core (`cost`), and the size of the trained states.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sparse_nqs.blocks import DENSE, Block
from sparse_nqs.config import Config, Study, fidelity_matrices
from sparse_nqs.config.pruning import CHAINS
from sparse_nqs.messages import ConfigError
from sparse_nqs.planning import cost, figure_cost, layout
from sparse_nqs.planning.cost import Work
from sparse_nqs.planning.figure_tables import parts_read
from sparse_nqs.planning.specs import several_draws
from sparse_nqs.reading.load import load_config


class Part(NamedTuple):
    """All jobs of one kind: their rule, number, seconds on one core in all and of the longest, and largest memory."""

    rule: str
    jobs: int
    seconds: float
    longest: float
    memory_mb: float


def parts_of(config: Config) -> list[Part]:
    """Everything that a run in an empty folder does, by rule."""
    by_rule: dict[str, list[Work]] = {}
    for rule, work in _jobs(config):
        by_rule.setdefault(rule, []).append(work)
    return [
        Part(
            rule,
            len(works),
            sum(work.seconds for work in works),
            max(work.seconds for work in works),
            max(work.memory_mb for work in works),
        )
        for rule, works in by_rule.items()
    ]


def critical_seconds(config: Config) -> float:
    """Time on enough cores: the longest way through trainings, references, measurements and tables to a figure."""
    ends = {name: _ends(study, config.rounds_per_job) for name, study in config.studies.items()}
    tables = [
        max(
            cost.problem(study).seconds + cost.reference(study, config.references).seconds,
            *(end + _measured_seconds(study, block) for block, end in ends[name].items()),
        )
        + cost.tables(_states(study, config.rounds_per_job)).seconds
        for name, study in config.studies.items()
    ]
    of_all = cost.tables(sum(_states(study, config.rounds_per_job) for study in config.studies.values()))
    # Of all studies: their tables together, and what is fitted to those.
    before_figures = [max(tables) + 2 * of_all.seconds]
    for matrix in config.fidelity_matrices.values():
        trained = max(max(ends[name].values()) for name in matrix.studies)
        tile = cost.tile(config.studies[matrix.studies[0]], matrix.tile)
        before_figures.append(trained + tile.seconds + cost.tables(_compared(config)).seconds)
    before_figures += [
        figure_cost.measured(figure).seconds for figure in config.figures.values() if figure.measured()
    ]
    return max(before_figures) + (cost.figure().seconds if config.figures else 0.0)


def _ends(study: Study, rounds_per_job: int) -> dict[Block, float]:
    """When the training of each block ends, on enough cores."""
    start = cost.problem(study).seconds + cost.init(study).seconds + cost.dense(study).seconds
    blocks = layout.all_blocks(study, rounds_per_job)
    ends = {DENSE: start}
    last: dict[str, float] = {}  # of each chain so far; blocks of a chain are in order
    for block in blocks:
        if block.procedure in CHAINS:
            before = last.get(block.procedure, start)
            ends[block] = before + cost.chain(study, block.first, block.last).seconds
            last[block.procedure] = ends[block]
    for block in blocks:
        if block not in ends:
            masks = layout.block_of_round(study, "imp_wr", block.first, rounds_per_job)
            ends[block] = ends[masks] + cost.isolated(study, block.first).seconds
    return ends


def _measured_seconds(study: Study, block: Block) -> float:
    """The longest measurement of a block's states; all of them may run at once."""
    return max(
        work.seconds for rule, work in _jobs_of(study, block) if rule not in ("dense", "chain", "isolated")
    )


def _compared(config: Config) -> int:
    """States in all fidelity matrices."""
    return sum(
        len(fidelity_matrices.states_of(matrix, config.studies))
        for matrix in config.fidelity_matrices.values()
    )


def state_megabytes(config: Config) -> float:
    """Size of all trained states that the config keeps."""
    total = 0
    for study in config.studies.values():
        sizes = cost.state_bytes(study)
        for block in layout.all_blocks(study, config.rounds_per_job):
            if config.keep == "all" or block == DENSE or block.procedure in CHAINS:
                total += len(study.seeds) * sum(sizes[block.first : block.last + 1])
    return total / 1e6


def _jobs(config: Config) -> Iterator[tuple[str, Work]]:
    studies = config.studies.values()
    systems = {study.system.slug: study for study in studies}
    for study in systems.values():
        yield "problem", cost.problem(study)
        yield "reference", cost.reference(study, config.references)
    yield "summarise_references", cost.tables(len(systems))
    for study in studies:
        for _ in study.seeds:
            yield "init", cost.init(study)
            for step in _rewind_steps(study):
                yield "rewind_point", cost.dense(study, step)
            for block in layout.all_blocks(study, config.rounds_per_job):
                yield from _jobs_of(study, block)
    yield from _table_jobs(config)
    for matrix in config.fidelity_matrices.values():
        states = len(fidelity_matrices.states_of(matrix, config.studies))
        for _ in layout.matrix_tiles(states, matrix.tile):
            yield "fidelity_tile", cost.tile(config.studies[matrix.studies[0]], matrix.tile)
        yield "collect_pairs", cost.tables(states)
    if config.fidelity_matrices:
        yield "summarise_pairs", cost.tables(_compared(config))
    figures = config.figures.values()
    read = [part for name in config.figures for part in parts_read(config, name)]
    for _ in {part.path for part in read if part.table == "weights"}:
        yield "tabulate_weights", cost.tables(1)
    for figure in figures:
        if figure.measured():
            yield "plaquette_network", figure_cost.measured(figure)
    for _ in figures:
        yield "figure", cost.figure()


def _table_jobs(config: Config) -> Iterator[tuple[str, Work]]:
    """Tables of each study and of all studies."""
    counts = {name: _states(study, config.rounds_per_job) for name, study in config.studies.items()}
    of_all = cost.tables(sum(counts.values()))
    for n_states in counts.values():
        yield "summarise_study", cost.tables(n_states)
        yield "regions", cost.tables(n_states)
    yield "summarise", of_all
    yield "summarise_regions", of_all
    yield "compare_published", of_all
    if several_draws(config):
        yield "compare_draws", of_all
    for each, together, chosen in (
        ("collect_observables", "summarise_observables", lambda study: study.observables),
        ("tickets", "summarise_tickets", lambda study: study.network.kind == "ffnn"),
    ):
        names = [name for name, study in config.studies.items() if chosen(study)]
        for name in names:
            yield each, cost.tables(counts[name])
        if names:
            yield together, cost.tables(sum(counts[name] for name in names))


def _rewind_steps(study: Study) -> set[int]:
    rewinds = any(map(layout.rewinds, study.pruning.procedures))
    target = study.pruning.rewind_to
    return {target} if rewinds and isinstance(target, int) else set()


def _jobs_of(study: Study, block: Block) -> Iterator[tuple[str, Work]]:
    """The training of a block and all its measurements."""
    rounds = (block.first, block.last)
    if block == DENSE:
        yield "dense", cost.dense(study)
    elif block.procedure in CHAINS:
        yield "chain", cost.chain(study, *rounds)
        yield "fidelity", cost.fidelity(study, *rounds)
    else:
        yield "isolated", cost.isolated(study, block.first)
    yield "evaluation", cost.evaluation(study, *rounds)
    if study.observables:
        yield "observables", cost.observables(study, *rounds)


def _states(study: Study, rounds_per_job: int) -> int:
    blocks = layout.all_blocks(study, rounds_per_job)
    return len(study.seeds) * sum(block.last - block.first + 1 for block in blocks)


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.2g}" if seconds < 360_000 else f"{seconds / 3600:.0f}"


def render(config: Config) -> str:
    """The plan as a table to read."""
    parts = parts_of(config)
    lines = [f"{'rule':22}{'jobs':>7}{'core hours':>13}{'longest h':>12}{'memory GB':>12}"]
    for part in parts:
        lines.append(
            f"{part.rule:22}{part.jobs:7}{_hours(part.seconds):>13}{_hours(part.longest):>12}"
            f"{part.memory_mb / 1000:12.1f}"
        )
    jobs, seconds = sum(part.jobs for part in parts), sum(part.seconds for part in parts)
    lines.append(f"{'total':22}{jobs:7}{_hours(seconds):>13}")
    lines.append(f"At least {_hours(critical_seconds(config))} hours, however many cores there are.")
    lines.append(f"States: {state_megabytes(config):.3g} MB.")
    lines.append(
        "Estimates for one core of a CPU, good to a factor of about three; what is done already is counted too."
    )
    return "\n".join(lines)


def main() -> None:
    """Print the plan of the config of the command line."""
    parser = argparse.ArgumentParser(description="Jobs and estimated time of a config.")
    parser.add_argument("config", type=Path)
    try:
        config = load_config(parser.parse_args().config)
    except ConfigError as error:
        sys.exit(str(error))
    print(render(config))


if __name__ == "__main__":
    main()
