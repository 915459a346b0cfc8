rule evaluation:
    input:
        problem=problem_of,
        states=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/{{procedure}}/rounds_{{first}}-{{last}}.safetensors",
    output:
        evaluation=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/{{procedure}}/rounds_{{first}}-{{last}}.evaluation.json",
    log:
        f"{RESULTS}/logs/evaluation/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/evaluation/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}.tsv"
    conda:
        DEVICE_ENV
    resources:
        **needs(
            lambda wildcards: cost.evaluation(
                study_of(wildcards), *rounds_of(wildcards)
            ),
            DEVICE,
        ),
    params:
        spec=lambda wildcards: specs.evaluation_spec(
            study_of(wildcards), int(wildcards.seed), block_of(wildcards)
        ),
    message:
        "Measure {wildcards.procedure} rounds {wildcards.first} to {wildcards.last} of {wildcards.study}, seed {wildcards.seed}"
    shell:
        command("evaluate", "input.problem", "input.states", "output.evaluation")
