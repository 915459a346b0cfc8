# The chain of one seed: theta_init, the dense network, and the rounds of IMP-WR in blocks.


rule init:
    output:
        states=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/init.safetensors",
    log:
        f"{RESULTS}/logs/init/{{study}}/seed_{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/init/{{study}}/seed_{{seed}}.tsv"
    conda:
        "../envs/sparse-nqs.yaml"
    params:
        spec=lambda wildcards: specs.init_spec(study_of(wildcards), int(wildcards.seed)),
    message:
        "Initialise {wildcards.study}, seed {wildcards.seed}"
    shell:
        RUN + "initialise" + SPEC + " --states {output.states:q}" + LOG


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
        "../envs/sparse-nqs.yaml"
    params:
        spec=lambda wildcards: specs.dense_spec(
            study_of(wildcards), int(wildcards.seed)
        ),
    message:
        "Train the dense network of {wildcards.study}, seed {wildcards.seed}"
    shell:
        RUN
        + "train_dense"
        + SPEC
        + " --problem {input.problem:q} --init {input.init:q}"
        " --states {output.states:q} --history {output.history:q}" + LOG


rule imp_wr:
    input:
        problem=problem_of,
        dense=rules.dense.output.states,
        previous=lambda wildcards: round_file(wildcards, int(wildcards.first) - 1),
    output:
        states=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/imp_wr/rounds_{{first}}-{{last}}.safetensors",
        history=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/imp_wr/rounds_{{first}}-{{last}}.history.safetensors",
    log:
        f"{RESULTS}/logs/imp_wr/{{study}}/seed_{{seed}}_rounds_{{first}}-{{last}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/imp_wr/{{study}}/seed_{{seed}}_rounds_{{first}}-{{last}}.tsv"
    priority: 5
    conda:
        "../envs/sparse-nqs.yaml"
    params:
        spec=lambda wildcards: specs.imp_wr_spec(
            study_of(wildcards),
            int(wildcards.seed),
            int(wildcards.first),
            int(wildcards.last),
        ),
    message:
        "Prune and train rounds {wildcards.first} to {wildcards.last} of {wildcards.study}, seed {wildcards.seed}"
    shell:
        RUN
        + "train_imp_wr"
        + SPEC
        + " --problem {input.problem:q} --dense {input.dense:q}"
        " --previous {input.previous:q} --states {output.states:q} --history {output.history:q}"
        + LOG
