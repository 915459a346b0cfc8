"""Prune neural quantum states, train the sparse networks in isolation, compare them, draw the figures.

The config is config.yaml or the file given by --configfile; it is checked as a whole before anything runs.
"""

from snakemake.utils import min_version

min_version("9.20")


report: "rules/report/workflow.rst"


include: "rules/common.smk"
include: "rules/inputs.smk"
include: "rules/problem.smk"
include: "rules/reference.smk"
include: "rules/training.smk"
include: "rules/isolated.smk"
include: "rules/evaluation.smk"
include: "rules/fidelity.smk"
include: "rules/summary.smk"
include: "rules/observables.smk"
include: "rules/analysis.smk"
include: "rules/figure.smk"
include: "rules/report.smk"


rule all:
    default_target: True
    input:
        [
            path
            for target in graph.targets(CONFIG)
            for path in paths_of(outputs_of(target))
        ],


# All of it, and the pages that the report has besides; `make report`.
rule reported:
    input:
        rules.all.input,
        rules.describe_run.output,
