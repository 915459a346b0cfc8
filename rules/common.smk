# What all rules share: the checked config, the names of wildcards, and how a script is run.

import os
import re
import shlex
import sys
from pathlib import Path

sys.path.insert(0, str(Path(str(workflow.current_basedir)).parent))

from sparse_nqs.config import ConfigError, layout, parse_config, specs
from sparse_nqs.config.matrices import states_of
from sparse_nqs.config.pruning import CHAINS, ISOLATED

try:
    CONFIG = parse_config(
        config, source=", ".join(map(str, workflow.configfiles)) or "config"
    )
except ConfigError as error:
    sys.exit(str(error))

RESULTS = CONFIG.results
STUDIES = CONFIG.studies
# Studies of the same system share its problem and reference.
SYSTEMS = {study.system.slug: study for study in STUDIES.values()}


wildcard_constraints:
    study="|".join(STUDIES),
    system="|".join(map(re.escape, SYSTEMS)),
    figure="|".join(CONFIG.figures) or "none",
    seed=r"\d+",
    round=r"\d{4}",
    step=r"\d+",
    first=r"\d{4}",
    last=r"\d{4}",
    procedure="|".join(["dense", *CHAINS, *ISOLATED]),


# Every command uses this Python and the package beside this workflow, whichever is installed, and keeps compiled
# programs from job to job. None of it is part of a rule, so that a rule is the same on every machine.
SOURCE = Path(str(workflow.current_basedir)).parent
ENVIRONMENT = {
    "SPARSE_NQS_CACHE": ".cache",
    "PYTHONPATH": os.pathsep.join(
        filter(None, [str(SOURCE), os.environ.get("PYTHONPATH")])
    ),
}
if not any(
    str(method) == "conda" for method in workflow.deployment_settings.deployment_method
):
    ENVIRONMENT["PATH"] = os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ["PATH"]]
    )
PREFIX = "".join(
    f"export {name}={shlex.quote(value)}; " for name, value in ENVIRONMENT.items()
)
# Snakemake formats the prefix like a command.
shell.prefix(PREFIX.replace("{", "{{").replace("}", "}}"))

# Threads are fixed before NumPy and JAX start.
RUN = "OMP_NUM_THREADS={threads} OPENBLAS_NUM_THREADS={threads} NPROC={threads} python -m workflow_scripts."
SPEC = " --spec {params.spec:q}"
LOG = " > {log:q} 2>&1"


def study_of(wildcards):
    """The study that a job belongs to."""
    return STUDIES[wildcards.study]


def problem_of(wildcards):
    """The problem file of a job's study."""
    return f"{RESULTS}/problems/{study_of(wildcards).system.slug}.safetensors"


def reference_of(wildcards):
    """The reference file of a job's study."""
    return f"{RESULTS}/references/{study_of(wildcards).system.slug}.json"


def seed_file(wildcards, name, suffix=".safetensors"):
    """A file of a job's study and seed."""
    return f"{RESULTS}/" + layout.seed_file(
        wildcards.study, wildcards.seed, name, suffix
    )


def round_file(wildcards, procedure, round_index):
    """The states of the block that holds the dense network (round 0) or a round of a chain."""
    block = layout.block_of_round(
        study_of(wildcards), procedure, round_index, CONFIG.rounds_per_job
    )
    return seed_file(wildcards, block.name)
