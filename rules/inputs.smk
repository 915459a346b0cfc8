# What the rules ask of sparse_nqs/planning: which files a job reads and makes, its spec, its cost.

import atexit
import sys
from functools import partial

from sparse_nqs.planning import graph, specs
from sparse_nqs.planning.jobs import OUTPUTS, File, Job, job_of, outputs_of, training
from sparse_nqs.planning.work import work
from sparse_nqs.members.figures import category_of
from sparse_nqs.stages.unnoted import Wanted, made_otherwise

# The figures that measure networks of their own.
PLAQUETTES = [name for name, figure in CONFIG.figures.items() if figure.measured()]


def study_of(wildcards):
    """The study that a job belongs to."""
    return STUDIES[wildcards.study]


def job(rule, wildcards):
    """A job from its wildcards."""
    return job_of(rule, dict(wildcards.items()))


def paths_of(files):
    """Where files are from the working folder on."""
    return [f"{RESULTS}/{file.path}" for file in files]


def reads(rule):
    """The input function of a rule, for `unpack`: by name the files that a job reads."""
    return lambda wildcards: {
        name: paths_of(files)
        for name, files in graph.inputs(CONFIG, job(rule, wildcards)).items()
    }


def output_of(rule, name):
    """One of a rule's outputs, with its wildcards."""
    return f"{RESULTS}/{OUTPUTS[rule][name]}"


def outputs(rule, without=""):
    """A rule's outputs by name.

    Args:
        without: the name of one that the rule says more of.
    """
    return {name: output_of(rule, name) for name in OUTPUTS[rule] if name != without}


def spec_of(rule):
    """The spec of a rule's jobs."""
    return lambda wildcards: specs.spec_of(CONFIG, job(rule, wildcards))


def work_of(rule, wildcards):
    """What a job costs."""
    return work(CONFIG, job(rule, wildcards))


def examples():
    """What the config asks for, as far as an edit concerns: of each study and seed the first block of each procedure."""
    wanted = [
        (Job("reference", name=system), "reference", "reference") for system in SYSTEMS
    ]
    for name, study in STUDIES.items():
        first = {
            block.procedure: block
            for block in reversed(layout.all_blocks(study, CONFIG.rounds_per_job))
        }
        for seed in study.seeds:
            for block in first.values():
                evaluation = Job("evaluation", name, seed, block)
                wanted.append((training(name, seed, block), "history", "histories"))
                wanted.append((evaluation, "evaluation", "evaluation"))
    for made, output, kind in wanted:
        (path,) = paths_of([File(made, output)])
        yield Wanted(path, kind, partial(specs.spec_of, CONFIG, made))


# Before the first job such results are refused; where there is none to do, they would be taken as good without a word.
OTHERWISE = made_otherwise(examples()) if workflow.is_main_process else []


def tell_otherwise():
    """Say at the very end what was made otherwise; Snakemake notes it as good now where that is asked of it."""
    if OTHERWISE and not workflow.touch:
        print(*OTHERWISE, sep="\n", file=sys.stderr, flush=True)


atexit.register(tell_otherwise)
