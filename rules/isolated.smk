# Only measurements read the states of isolated trainings.
of_isolated = temp if CONFIG.keep == "needed" else lambda path: path


rule isolated:
    input:
        unpack(reads("isolated")),
    output:
        states=of_isolated(output_of("isolated", "states")),
        history=output_of("isolated", "history"),
    log:
        f"{RESULTS}/logs/isolated/{{study}}/seed_{{seed}}_{{procedure}}_{{round}}{{draw}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/isolated/{{study}}/seed_{{seed}}_{{procedure}}_{{round}}{{draw}}.tsv"
    wildcard_constraints:
        procedure="|".join(ISOLATED),
    conda:
        environment("isolated")
    resources:
        **needs("isolated"),
    params:
        spec=spec_of("isolated"),
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
