# Observables spin by spin, of the studies that ask for them. As in summary.smk scripts find their inputs by the layout.


rule observables:
    input:
        problem=problem_of,
        states=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/{{procedure}}/rounds_{{first}}-{{last}}{{draw}}.safetensors",
    output:
        observables=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/{{procedure}}/rounds_{{first}}-{{last}}{{draw}}.observables.parquet",
    log:
        f"{RESULTS}/logs/observables/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}{{draw}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/observables/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}{{draw}}.tsv"
    conda:
        environment("observables")
    resources:
        **needs(
            "observables",
            lambda wildcards: cost.observables(
                study_of(wildcards), *rounds_of(wildcards)
            ),
        ),
    params:
        spec=lambda wildcards: specs.observables_spec(
            study_of(wildcards), int(wildcards.seed), block_of(wildcards)
        ),
    message:
        "Measure the observables of {wildcards.procedure} rounds {wildcards.first} to {wildcards.last}{wildcards.draw} of {wildcards.study}, seed {wildcards.seed}"
    shell:
        command(
            "measure_observables",
            "input.problem",
            "input.states",
            "output.observables",
        )


rule collect_observables:
    input:
        observable_tables,
    output:
        observables=f"{RESULTS}/studies/{{study}}/tables/observables.parquet",
    log:
        f"{RESULTS}/logs/collect_observables/{{study}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/collect_observables/{{study}}.tsv"
    localrule: True
    conda:
        environment("collect_observables")
    resources:
        **needs(
            "collect_observables",
            lambda wildcards: cost.tables(states_of(study_of(wildcards))),
        ),
    params:
        spec=lambda wildcards: specs.study_observables_spec(
            study_of(wildcards), CONFIG.rounds_per_job
        ),
    message:
        "Collect the observables of {wildcards.study}"
    shell:
        command("collect_observables", "output.observables")


rule summarise_observables:
    input:
        expand(rules.collect_observables.output.observables, study=OBSERVED),
    output:
        observables=f"{RESULTS}/summaries/observables.parquet",
    log:
        f"{RESULTS}/logs/summarise_observables.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise_observables.tsv"
    localrule: True
    conda:
        environment("summarise_observables")
    resources:
        **needs(
            "summarise_observables",
            lambda wildcards: cost.tables(sum(map(states_of, STUDIES.values()))),
        ),
    params:
        spec=lambda wildcards: specs.observables_summary_spec(
            specs.observed(CONFIG), CONFIG.rounds_per_job
        ),
    message:
        "Collect the observables of all studies"
    shell:
        command("collect_observables", "output.observables")
