# Observables spin by spin, of the studies that ask for them. As in summary.smk scripts find their inputs by the layout.


rule observables:
    input:
        unpack(reads("observables")),
    output:
        **outputs("observables"),
    log:
        f"{RESULTS}/logs/observables/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}{{draw}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/observables/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}{{draw}}.tsv"
    conda:
        environment("observables")
    resources:
        **needs("observables"),
    params:
        spec=spec_of("observables"),
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
        unpack(reads("collect_observables")),
    output:
        **outputs("collect_observables"),
    log:
        f"{RESULTS}/logs/collect_observables/{{study}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/collect_observables/{{study}}.tsv"
    localrule: True
    conda:
        environment("collect_observables")
    resources:
        **needs("collect_observables"),
    params:
        spec=spec_of("collect_observables"),
    message:
        "Collect the observables of {wildcards.study}"
    shell:
        command("collect_observables", "output.observables", results=True)


rule summarise_observables:
    input:
        unpack(reads("summarise_observables")),
    output:
        **outputs("summarise_observables"),
    log:
        f"{RESULTS}/logs/summarise_observables.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise_observables.tsv"
    localrule: True
    conda:
        environment("summarise_observables")
    resources:
        **needs("summarise_observables"),
    params:
        spec=spec_of("summarise_observables"),
    message:
        "Collect the observables of all studies"
    shell:
        command("collect_observables", "output.observables", results=True)
