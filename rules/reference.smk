rule reference:
    input:
        problem=rules.problem.output.problem,
    output:
        reference=f"{RESULTS}/references/{{system}}.json",
    log:
        f"{RESULTS}/logs/reference/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/reference/{{system}}.tsv"
    # Before trainings, as it may say that there will be no relative errors.
    priority: 20
    conda:
        environment("reference")
    resources:
        **needs(
            "reference",
            lambda wildcards: cost.reference(
                SYSTEMS[wildcards.system], CONFIG.references
            ),
        ),
    params:
        spec=lambda wildcards: specs.reference_spec(SYSTEMS[wildcards.system], CONFIG),
    message:
        "Compute the reference energy of {wildcards.system}"
    shell:
        command("compute_reference", "input.problem", "output.reference")
        + " && sed -n '\\,^note: ,p' {log:q}"


rule summarise_references:
    input:
        expand(rules.reference.output.reference, system=SYSTEMS),
    output:
        references=f"{RESULTS}/summaries/references.parquet",
    log:
        f"{RESULTS}/logs/summarise_references.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise_references.tsv"
    localrule: True
    conda:
        environment("summarise_references")
    resources:
        **needs("summarise_references", lambda wildcards: cost.tables(len(SYSTEMS))),
    params:
        spec=lambda wildcards: specs.references_spec(CONFIG),
    message:
        "Collect the references of all systems"
    shell:
        command("summarise_references", "output.references")


# Our energies beside the published ones, for reading; part of no figure, so asked for by the target `references` alone.
rule compare_references:
    input:
        expand(rules.reference.output.reference, system=SYSTEMS),
    output:
        page=f"{RESULTS}/summaries/published_references.md",
    log:
        f"{RESULTS}/logs/compare_references.log",
    benchmark:
        f"{RESULTS}/benchmarks/compare_references.tsv"
    localrule: True
    conda:
        environment("compare_references")
    resources:
        **needs("compare_references", lambda wildcards: cost.tables(len(SYSTEMS))),
    params:
        spec=lambda wildcards: specs.comparison_spec(CONFIG),
    message:
        "Put the reference energies beside the published ones"
    shell:
        command("compare_references", "output.page")


rule references:
    input:
        rules.summarise_references.output,
        rules.compare_references.output,
