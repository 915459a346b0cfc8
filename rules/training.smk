# The chains of one seed: theta_init, the dense network, and the rounds of each pruning procedure in blocks.


rule init:
    output:
        **outputs("init"),
    log:
        f"{RESULTS}/logs/init/{{study}}/seed_{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/init/{{study}}/seed_{{seed}}.tsv"
    localrule: True
    conda:
        environment("init")
    resources:
        **needs("init"),
    params:
        spec=spec_of("init"),
    message:
        "Initialise {wildcards.study}, seed {wildcards.seed}"
    shell:
        command("initialise", "output.states")


rule dense:
    input:
        unpack(reads("dense")),
    output:
        **outputs("dense"),
    log:
        f"{RESULTS}/logs/dense/{{study}}/seed_{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/dense/{{study}}/seed_{{seed}}.tsv"
    # The head of every other job's chain.
    priority: 10
    conda:
        environment("dense")
    resources:
        **needs("dense"),
    params:
        spec=spec_of("dense"),
    message:
        "Train the dense network of {wildcards.study}, seed {wildcards.seed}"
    shell:
        command(
            "train_dense",
            "input.problem",
            "input.init",
            "output.states",
            "output.history",
        )


# The dense training up to one of its steps: its random numbers, so its weights at that step.
rule rewind_point:
    input:
        unpack(reads("rewind_point")),
    output:
        **outputs("rewind_point"),
    log:
        f"{RESULTS}/logs/rewind_point/{{study}}/seed_{{seed}}_step_{{step}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/rewind_point/{{study}}/seed_{{seed}}_step_{{step}}.tsv"
    priority: 10
    conda:
        environment("rewind_point")
    resources:
        **needs("rewind_point"),
    params:
        spec=spec_of("rewind_point"),
    message:
        "Train the dense network of {wildcards.study}, seed {wildcards.seed}, to step {wildcards.step}"
    shell:
        command(
            "train_dense",
            "input.problem",
            "input.init",
            "output.states",
            "output.history",
        )


rule chain:
    input:
        unpack(reads("chain")),
    output:
        **outputs("chain"),
    log:
        f"{RESULTS}/logs/chain/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/chain/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}.tsv"
    wildcard_constraints:
        procedure="|".join(CHAINS),
    priority: 5
    conda:
        environment("chain")
    resources:
        **needs("chain"),
    params:
        spec=spec_of("chain"),
    message:
        "Prune and train {wildcards.procedure} rounds {wildcards.first} to {wildcards.last} of {wildcards.study}, seed {wildcards.seed}"
    shell:
        command(
            "train_chain",
            "input.problem",
            "input.rewind",
            "input.previous",
            "output.states",
            "output.history",
        )
