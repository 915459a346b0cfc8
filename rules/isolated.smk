# Only measurements read the states of isolated trainings.
of_isolated = temp if CONFIG.keep == "needed" else lambda path: path


rule isolated:
    input:
        problem=problem_of,
        init=rules.init.output.states,
        imp_wr=lambda wildcards: round_file(wildcards, "imp_wr", int(wildcards.round)),
    output:
        states=of_isolated(
            f"{RESULTS}/studies/{{study}}/seed_{{seed}}/{{procedure}}/rounds_{{round}}-{{round}}{{draw}}.safetensors"
        ),
        history=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/{{procedure}}/rounds_{{round}}-{{round}}{{draw}}.history.safetensors",
    log:
        f"{RESULTS}/logs/isolated/{{study}}/seed_{{seed}}_{{procedure}}_{{round}}{{draw}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/isolated/{{study}}/seed_{{seed}}_{{procedure}}_{{round}}{{draw}}.tsv"
    wildcard_constraints:
        procedure="|".join(ISOLATED),
    conda:
        environment("isolated")
    resources:
        **needs(
            "isolated",
            lambda wildcards: cost.isolated(study_of(wildcards), int(wildcards.round)),
        ),
    params:
        spec=lambda wildcards: specs.isolated_spec(
            study_of(wildcards),
            int(wildcards.seed),
            Block(
                wildcards.procedure,
                int(wildcards.round),
                int(wildcards.round),
                draw_of(wildcards),
            ),
        ),
    message:
        "Train {wildcards.procedure} of round {wildcards.round}{wildcards.draw} of {wildcards.study}, seed {wildcards.seed}"
    shell:
        command(
            "train_isolated",
            "input.problem",
            "input.init",
            "input.imp_wr",
            "output.states",
            "output.history",
        )
