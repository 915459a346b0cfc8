# Tables of each study, then of all. The scripts find their many inputs by the layout, so that no command grows with
# the number of states.


def blocks_of(study):
    """The blocks of one seed of a study."""
    return layout.all_blocks(study, CONFIG.rounds_per_job)


def states_of(study):
    """The number of trained states of a study."""
    blocks = blocks_of(study)
    return len(study.seeds) * sum(block.last - block.first + 1 for block in blocks)


def study_files(wildcards):
    """All that the tables of a study are made from."""
    files = []
    for seed in study_of(wildcards).seeds:
        for block in blocks_of(study_of(wildcards)):
            suffixes = [".history.safetensors", ".evaluation.json"]
            if block.procedure in CHAINS:
                suffixes.append(".fidelities.json")
            files += [
                f"{RESULTS}/"
                + layout.seed_file(wildcards.study, seed, block.name, suffix)
                for suffix in suffixes
            ]
    return files


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
        "../envs/sparse-nqs.yaml"
    resources:
        **needs(lambda wildcards: cost.tables(states_of(study_of(wildcards)))),
    params:
        spec=lambda wildcards: specs.study_summary_spec(
            study_of(wildcards), CONFIG.rounds_per_job
        ),
    message:
        "Collect the tables of {wildcards.study}"
    shell:
        RUN + "summarise_study" + SPEC + " --reference {input.reference:q}"
        " --rounds {output.rounds:q}"
        " --fidelities {output.fidelities:q} --histories {output.histories:q}"
        " --provenance {output.provenance:q}" + LOG


rule summarise:
    input:
        expand(
            f"{RESULTS}/studies/{{study}}/tables/{{table}}.parquet",
            study=STUDIES,
            table=["rounds", "fidelities", "histories", "provenance"],
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
        "../envs/sparse-nqs.yaml"
    resources:
        **needs(lambda wildcards: cost.tables(sum(map(states_of, STUDIES.values())))),
    params:
        spec=specs.summary_spec(CONFIG),
    message:
        "Collect the tables of all studies"
    shell:
        RUN
        + "summarise"
        + SPEC
        + " --rounds {output.rounds:q} --fidelities {output.fidelities:q} --histories {output.histories:q}"
        " --provenance {output.provenance:q}" + LOG
