# Tables of each study, then of all. The scripts find their many inputs by the layout, so that no command grows with
# the number of states.


rule summarise_study:
    input:
        study_files,
        reference=reference_of,
    output:
        rounds=f"{RESULTS}/studies/{{study}}/tables/rounds.parquet",
        fidelities=f"{RESULTS}/studies/{{study}}/tables/fidelities.parquet",
        histories=f"{RESULTS}/studies/{{study}}/tables/histories.parquet",
        provenance=f"{RESULTS}/studies/{{study}}/tables/provenance.parquet",
    log:
        f"{RESULTS}/logs/summarise_study/{{study}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise_study/{{study}}.tsv"
    localrule: True
    conda:
        environment("summarise_study")
    resources:
        **needs(
            "summarise_study",
            lambda wildcards: cost.tables(states_of(study_of(wildcards))),
        ),
    params:
        spec=lambda wildcards: specs.study_summary_spec(
            study_of(wildcards),
            CONFIG.rounds_per_job,
            specs.reference_spec(study_of(wildcards), CONFIG),
        ),
    message:
        "Collect the tables of {wildcards.study}"
    shell:
        command(
            "summarise_study",
            "input.reference",
            "output.rounds",
            "output.fidelities",
            "output.histories",
            "output.provenance",
        )


rule summarise:
    input:
        expand(
            f"{RESULTS}/studies/{{study}}/tables/{{table}}.parquet",
            study=STUDIES,
            table=study_tables.SUMMARY,
        ),
    output:
        rounds=f"{RESULTS}/summaries/rounds.parquet",
        fidelities=f"{RESULTS}/summaries/fidelities.parquet",
        histories=f"{RESULTS}/summaries/histories.parquet",
        provenance=f"{RESULTS}/summaries/provenance.parquet",
    log:
        f"{RESULTS}/logs/summarise.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise.tsv"
    localrule: True
    conda:
        environment("summarise")
    resources:
        **needs(
            "summarise",
            lambda wildcards: cost.tables(sum(map(states_of, STUDIES.values()))),
        ),
    params:
        spec=lambda wildcards: specs.summary_spec(CONFIG),
    message:
        "Collect the tables of all studies"
    shell:
        command(
            "summarise",
            "output.rounds",
            "output.fidelities",
            "output.histories",
            "output.provenance",
        )
