# What all rules share: the checked config, the names of wildcards, how a script is run and what it needs. Rules stand
# in the other files, without functions; inputs.smk has those that say which files a job reads.

import atexit
import os
import re
import shlex
import sys
from pathlib import Path

SOURCE = Path(str(workflow.current_basedir)).parent
sys.path.insert(0, str(SOURCE))

from sparse_nqs.opened_files import warnings_in
from sparse_nqs.shadows import shadows

# Before anything is imported that a file in the working folder could stand in for.
if hidden := shadows(Path.cwd()):
    sys.exit("\n".join(hidden))

from sparse_nqs.messages import ConfigError
from sparse_nqs.reading import (
    check_folder,
    load_config,
    parse_config,
    refuse_repeated_files,
    require_writable,
)
from sparse_nqs.planning import graph, layout, resources
from sparse_nqs.planning.specs.accepted import read_accepted, taken_as
from sparse_nqs.planning.specs.spec import take_as
from sparse_nqs.config.pruning import CHAINS, ISOLATED
from sparse_nqs.errors import WorkError
from sparse_nqs.report.failures import FailedJob, failures
from sparse_nqs.variables import SET_BACK, require_harmless

# A workflow that has this one as a module, or includes it, hands over our part of its config; the rest is its own.
is_ours = SOURCE / "Snakefile" == Path(workflow.main_snakefile).resolve()
is_handed = workflow.modifier.skip_configfile or ("studies" in config and not is_ours)
# A file without studies is laid over config.yaml, where there is one.
is_default = (
    not is_handed
    and "studies" not in config
    and (Path("config.yaml").exists() or not workflow.configfiles)
)
CONFIG_FILES = [*(["config.yaml"] if is_default else []), *workflow.configfiles]
CONFIG_NAME = (
    f"config of {workflow.modifier.namespace or 'this workflow'}"
    if is_handed
    else ", ".join(map(str, CONFIG_FILES))
)
try:
    if is_handed:
        CONFIG = parse_config(config, source=CONFIG_NAME)
        check_folder(CONFIG.results, source=CONFIG_NAME)
    else:
        refuse_repeated_files(sys.argv)
        # Read again, whatever Snakemake made of the files: it takes the last of two equal keys and lays files over each
        # other in another way; and before it reads config.yaml, of which it says less.
        CONFIG = load_config(*CONFIG_FILES, overrides=workflow.config_settings.config)
except ConfigError as error:
    sys.exit(str(error))

if is_default:

    configfile: "config.yaml"


RESULTS = CONFIG.results
# Code that makes the same numbers as the code that made these results.
try:
    take_as(taken_as(read_accepted(RESULTS)))
except ConfigError as error:
    sys.exit(str(error))
STUDIES = CONFIG.studies
# Studies of the same system share its problem and reference.
SYSTEMS = graph.systems(CONFIG)


# The logs of the jobs that call a user's code first.
PLUGIN_LOGS = [f"{RESULTS}/logs/problem/{system}.log" for system in SYSTEMS] + [
    f"{RESULTS}/logs/init/{name}/seed_{seed}.log"
    for name, study in STUDIES.items()
    for seed in study.seeds
]


# What such a log warns of is else seen by nobody.
onsuccess:
    for line in warnings_in(PLUGIN_LOGS):
        print(line, file=sys.stderr)


# Before the first job, and not in a dry-run.
onstart:
    try:
        require_harmless(
            {
                name: value
                for name, value in os.environ.items()
                if name not in SET_BACK
            }
        )
        require_writable(RESULTS, source=CONFIG_NAME)
    except (ConfigError, WorkError) as error:
        sys.exit(str(error))
    if OTHERWISE and not workflow.touch:
        sys.exit(1)  # told at the very end, in inputs.smk


# At the very end, after all else that Snakemake says; it ends with the status that it has.
onerror:
    failed = [
        FailedJob(
            job.rule.name, dict(job.wildcards.items()), tuple(map(str, job.log))
        )
        for job in workflow.scheduler.failed
    ]
    atexit.register(print, failures(failed), file=sys.stderr, flush=True)


wildcard_constraints:
    study="|".join(STUDIES),
    system="|".join(map(re.escape, SYSTEMS)),
    figure="|".join(CONFIG.figures) or "none",
    seed=r"\d+",
    round=r"\d{4}",
    step=r"\d+",
    draw=r"(_draw_\d{4})?",
    first=r"\d{4}",
    last=r"\d{4}",
    procedure="|".join(["dense", *CHAINS, *ISOLATED]),


# Every command uses this Python and the package beside this workflow, whichever is installed, and keeps compiled
# programs from job to job. Commands find that in the environment, so that a rule is the same on every machine; the
# names are the project's own, for a workflow that includes this one has commands too.
is_with_conda = any(
    str(method) == "conda" for method in workflow.deployment_settings.deployment_method
)
os.environ.update(
    SPARSE_NQS_SOURCE=str(SOURCE),
    SPARSE_NQS_PYTHON="python" if is_with_conda else sys.executable,
    SPARSE_NQS_PYTHONPATH=os.pathsep.join(
        filter(None, [str(SOURCE), os.environ.get("PYTHONPATH")])
    ),
)
os.environ.setdefault("SPARSE_NQS_CACHE", ".cache")

# Threads and device are fixed before NumPy and JAX start, and Python is as it is without variables: modules are found in
# the working folder, warnings are no errors. Linear algebra has one thread always, as its last digits depend on that.
SCRIPT = (
    'sh "$SPARSE_NQS_SOURCE/workflow_scripts/is_worth_a_try.sh" {resources.attempt} {log:q} && '
    'PYTHONPATH="$SPARSE_NQS_PYTHONPATH"'
    " PYTHONSAFEPATH= PYTHONOPTIMIZE= PYTHONWARNINGS= PYTHONHASHSEED=0"
    f" {'= '.join(SET_BACK)}="
    " JAX_PLATFORMS={resources.device} NPROC={threads} OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1"
    ' "$SPARSE_NQS_PYTHON" -m workflow_scripts.'
)


def command(script, *files, results=False):
    """The shell command that runs a script with its spec and files.

    Args:
        script: a module of workflow_scripts.
        files: what it is told by name: `output.ticket_units` becomes --ticket-units and the file.
        results: whether it is told the folder of the results too, and finds its many inputs there.
    """
    options = [
        f"--{file.split('.')[1].replace('_', '-')} {{{file}:q}}" for file in files
    ]
    if results:
        options.append(f"--results {shlex.quote(RESULTS)}")
    return " ".join(
        [f"{SCRIPT}{script}", "--spec {params.spec:q}", *options, "> {log:q} 2>&1"]
    )


# The rules that train and measure, on the device of their study. All others have no work for a GPU. Both the resources
# and the environment of a rule follow from this.
ON_DEVICE = {
    "dense",
    "rewind_point",
    "chain",
    "isolated",
    "evaluation",
    "fidelity",
    "observables",
}
is_on_cpu = {study.device for study in STUDIES.values()} == {"cpu"}


def environment(rule):
    """The conda environment of a rule: what its jobs need installed on any device that they may run on."""
    return (
        "../envs/sparse-nqs.yaml"
        if is_on_cpu or rule not in ON_DEVICE
        else "../envs/sparse-nqs-cuda.yaml"
    )


def needs(rule):
    """The resources of a rule. What is the same for all jobs is no function, as Snakemake takes long to call those."""
    device = (
        "cpu"
        if is_on_cpu or rule not in ON_DEVICE
        else lambda wildcards: study_of(wildcards).device
    )
    return {
        "mem_mb": lambda wildcards, attempt: resources.memory_mb(
            work_of(rule, wildcards), attempt
        ),
        "runtime": lambda wildcards, attempt: resources.minutes(
            work_of(rule, wildcards), attempt
        ),
        "attempt": lambda wildcards, attempt: attempt,
        "device": device,
        "gpu": (
            (lambda wildcards: int(device(wildcards) != "cpu"))
            if callable(device)
            else 0
        ),
    }
