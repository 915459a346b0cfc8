"""What a config asks for, before anything runs: `python -m sparse_nqs.planning.plan CONFIG` (`make plan`).

Jobs by kind and their estimated time on one core (`cost`), and the size of the trained states.
"""

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

from sparse_nqs.blocks import DENSE
from sparse_nqs.config import Config
from sparse_nqs.config.pruning import CHAINS
from sparse_nqs.messages import ConfigError
from sparse_nqs.planning import cost, graph, layout
from sparse_nqs.planning.cost import Work
from sparse_nqs.planning.jobs import Job
from sparse_nqs.planning.work import work
from sparse_nqs.reading.load import load_config


class JobsOfRule(NamedTuple):
    """All jobs of one kind: their rule, number, seconds on one core in all and of the longest, and largest memory."""

    rule: str
    jobs: int
    seconds: float
    longest: float
    memory_mb: float


def parts_of(config: Config) -> list[JobsOfRule]:
    """Everything that a run in an empty folder does, by rule, in the order in which rules first come up."""
    by_rule: dict[str, list[Work]] = {}
    for job in graph.all_jobs(config):
        by_rule.setdefault(job.rule, []).append(work(config, job))
    return [
        JobsOfRule(
            rule,
            len(works),
            sum(each.seconds for each in works),
            max(each.seconds for each in works),
            max(each.memory_mb for each in works),
        )
        for rule, works in by_rule.items()
    ]


def critical_seconds(config: Config) -> float:
    """Time on enough cores: the longest way from a job that reads nothing to one that nobody reads."""
    ends: dict[Job, float] = {}
    for job, before in graph.all_jobs(config).items():
        ends[job] = max((ends[other] for other in before), default=0.0) + work(config, job).seconds
    return max(ends.values())


def state_megabytes(config: Config) -> float:
    """Size of all trained states that the config keeps."""
    total = 0
    for study in config.studies.values():
        sizes = cost.state_bytes(study)
        for block in layout.all_blocks(study, config.rounds_per_job):
            if config.keep == "all" or block == DENSE or block.procedure in CHAINS:
                total += len(study.seeds) * sum(sizes[block.first : block.last + 1])
    return total / 1e6


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
