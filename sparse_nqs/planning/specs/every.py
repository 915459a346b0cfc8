"""Every job of a config with its spec: what the rules make, named by their first output."""

from collections.abc import Iterator
from typing import NamedTuple

from sparse_nqs.config import Config
from sparse_nqs.planning import graph, jobs
from sparse_nqs.planning.specs.tables import spec_of


class JobSpec(NamedTuple):
    """A job: its rule, its first output below the folder of the results, and its spec."""

    rule: str
    output: str
    spec: str


def every_job(config: Config) -> Iterator[JobSpec]:
    """All jobs of a config, those included that only pages ask for."""
    for job in (*graph.all_jobs(config), *map(jobs.Job, ("compare_references", "describe_run"))):
        yield JobSpec(job.rule, jobs.outputs_of(job)[0].path, spec_of(config, job))
