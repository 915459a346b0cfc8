rule evaluation:
    input:
        unpack(reads("evaluation")),
    output:
        **outputs("evaluation"),
    log:
        f"{RESULTS}/logs/evaluation/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}{{draw}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/evaluation/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}{{draw}}.tsv"
    conda:
        environment("evaluation")
    resources:
        **needs("evaluation"),
    params:
        spec=spec_of("evaluation"),
    message:
        "Measure {wildcards.procedure} rounds {wildcards.first} to {wildcards.last}{wildcards.draw} of {wildcards.study}, seed {wildcards.seed}"
    shell:
        command("evaluate", "input.problem", "input.states", "output.evaluation")
