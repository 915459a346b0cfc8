# The chains of one seed: theta_init, the dense network, and the rounds of each pruning procedure in blocks.


rule init:
    output:
        states=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/init.safetensors",
    log:
        f"{RESULTS}/logs/init/{{study}}/seed_{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/init/{{study}}/seed_{{seed}}.tsv"
    localrule: True
    conda:
        environment("init")
    resources:
        **needs("init", lambda wildcards: cost.init(study_of(wildcards))),
    params:
        spec=lambda wildcards: specs.init_spec(study_of(wildcards), int(wildcards.seed)),
    message:
        "Initialise {wildcards.study}, seed {wildcards.seed}"
    shell:
        command("initialise", "output.states")


rule dense:
    input:
        problem=problem_of,
        init=rules.init.output.states,
    output:
        states=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/dense/rounds_0000-0000.safetensors",
        history=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/dense/rounds_0000-0000.history.safetensors",
    log:
        f"{RESULTS}/logs/dense/{{study}}/seed_{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/dense/{{study}}/seed_{{seed}}.tsv"
    # The head of every other job's chain.
    priority: 10
    conda:
        environment("dense")
    resources:
        **needs("dense", lambda wildcards: cost.dense(study_of(wildcards))),
    params:
        spec=lambda wildcards: specs.dense_spec(
            study_of(wildcards), int(wildcards.seed)
        ),
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
        problem=problem_of,
        init=rules.init.output.states,
    output:
        states=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/rewind/step_{{step}}.safetensors",
        history=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/rewind/step_{{step}}.history.safetensors",
    log:
        f"{RESULTS}/logs/rewind_point/{{study}}/seed_{{seed}}_step_{{step}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/rewind_point/{{study}}/seed_{{seed}}_step_{{step}}.tsv"
    priority: 10
    conda:
        environment("rewind_point")
    resources:
        **needs(
            "rewind_point",
            lambda wildcards: cost.dense(study_of(wildcards), int(wildcards.step)),
        ),
    params:
        spec=lambda wildcards: specs.dense_spec(
            study_of(wildcards), int(wildcards.seed), int(wildcards.step)
        ),
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
        problem=problem_of,
        rewind=rewind_file,
        previous=previous_round,
    output:
        states=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/{{procedure}}/rounds_{{first}}-{{last}}.safetensors",
        history=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/{{procedure}}/rounds_{{first}}-{{last}}.history.safetensors",
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
        **needs(
            "chain",
            lambda wildcards: cost.chain(study_of(wildcards), *rounds_of(wildcards)),
        ),
    params:
        spec=lambda wildcards: specs.chain_spec(
            study_of(wildcards),
            int(wildcards.seed),
            wildcards.procedure,
            int(wildcards.first),
            int(wildcards.last),
        ),
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
