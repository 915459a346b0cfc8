# What all rules share: the checked config, the names of wildcards, and how a script is run.

import sys
from pathlib import Path

sys.path.insert(0, str(workflow.current_basedir.join("..")))

from sparse_nqs.config import ConfigError, layout, parse_config, specs

try:
    CONFIG = parse_config(config)
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
    first=r"\d{4}",
    last=r"\d{4}",
    procedure="dense|imp_wr|t_init_imp|t_rand_imp|t_init_rand",


# {PYTHON} and {SCRIPTS} stay names in the commands, so that a command is the same text on every machine.
PYTHON = sys.executable
SCRIPTS = str(workflow.current_basedir.join("../workflow_scripts"))
CACHE = ".cache"

# Threads are fixed before NumPy and JAX start; compiled programs are kept from job to job.
RUN = (
    "OMP_NUM_THREADS={threads} OPENBLAS_NUM_THREADS={threads} NPROC={threads} SPARSE_NQS_CACHE={CACHE:q} "
    "{PYTHON:q} {SCRIPTS:q}/"
)
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
    return f"{RESULTS}/" + layout.seed_file(wildcards.study, wildcards.seed, name, suffix)


def round_file(wildcards, round_index):
    """The states of the block that holds the dense network (round 0) or an IMP-WR round."""
    block = layout.block_of_round(study_of(wildcards), round_index, CONFIG.rounds_per_job)
    return seed_file(wildcards, block.name)
