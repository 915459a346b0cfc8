rule evaluation:
    input:
        problem=problem_of,
        states=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/{{procedure}}/rounds_{{first}}-{{last}}{{draw}}.safetensors",
    output:
        evaluation=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/{{procedure}}/rounds_{{first}}-{{last}}{{draw}}.evaluation.json",
    log:
        f"{RESULTS}/logs/evaluation/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}{{draw}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/evaluation/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}{{draw}}.tsv"
    conda:
        environment("evaluation")
    resources:
        **needs(
            "evaluation",
            lambda wildcards: cost.evaluation(
                study_of(wildcards), *rounds_of(wildcards)
            ),
        ),
    params:
        spec=lambda wildcards: specs.evaluation_spec(
            study_of(wildcards), int(wildcards.seed), block_of(wildcards)
        ),
    message:
        "Measure {wildcards.procedure} rounds {wildcards.first} to {wildcards.last}{wildcards.draw} of {wildcards.study}, seed {wildcards.seed}"
    shell:
        command("evaluate", "input.problem", "input.states", "output.evaluation")
