# Tables of each study, then of all. The scripts find their many inputs by the layout, so that no command grows with
# the number of states.


rule summarise_study:
    input:
        unpack(reads("summarise_study")),
    output:
        **outputs("summarise_study"),
    log:
        f"{RESULTS}/logs/summarise_study/{{study}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise_study/{{study}}.tsv"
    localrule: True
    conda:
        environment("summarise_study")
    resources:
        **needs("summarise_study"),
    params:
        spec=spec_of("summarise_study"),
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
            results=True,
        )


rule summarise:
    input:
        unpack(reads("summarise")),
    output:
        **outputs("summarise"),
    log:
        f"{RESULTS}/logs/summarise.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise.tsv"
    localrule: True
    conda:
        environment("summarise")
    resources:
        **needs("summarise"),
    params:
        spec=spec_of("summarise"),
    message:
        "Collect the tables of all studies"
    shell:
        command(
            "summarise",
            "output.rounds",
            "output.fidelities",
            "output.histories",
            "output.provenance",
            results=True,
        )
