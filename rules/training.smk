# The chain of one seed: theta_init, the dense network, and the rounds of IMP-WR in blocks.

rule init:
    message:
        "Initialise {wildcards.study}, seed {wildcards.seed}"
    output:
        states=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/init.safetensors",
    params:
        spec=lambda wildcards: specs.init_spec(study_of(wildcards), int(wildcards.seed)),
    log:
        f"{RESULTS}/logs/init/{{study}}/seed_{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/init/{{study}}/seed_{{seed}}.tsv"
    conda:
        "../envs/sparse-nqs.yaml"
    shell:
        RUN + "initialise.py" + SPEC + " --states {output.states:q}" + LOG


rule dense:
    message:
        "Train the dense network of {wildcards.study}, seed {wildcards.seed}"
    input:
        problem=problem_of,
        init=rules.init.output.states,
    output:
        states=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/dense/rounds_0000-0000.safetensors",
        history=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/dense/rounds_0000-0000.history.safetensors",
    params:
        spec=lambda wildcards: specs.dense_spec(study_of(wildcards), int(wildcards.seed)),
    log:
        f"{RESULTS}/logs/dense/{{study}}/seed_{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/dense/{{study}}/seed_{{seed}}.tsv"
    conda:
        "../envs/sparse-nqs.yaml"
    # The head of every other job's chain.
    priority: 10
    shell:
        RUN + "train_dense.py" + SPEC + " --problem {input.problem:q} --init {input.init:q}"
        " --states {output.states:q} --history {output.history:q}" + LOG


rule imp_wr:
    message:
        "Prune and train rounds {wildcards.first} to {wildcards.last} of {wildcards.study}, seed {wildcards.seed}"
    input:
        problem=problem_of,
        dense=rules.dense.output.states,
        previous=lambda wildcards: round_file(wildcards, int(wildcards.first) - 1),
    output:
        states=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/imp_wr/rounds_{{first}}-{{last}}.safetensors",
        history=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/imp_wr/rounds_{{first}}-{{last}}.history.safetensors",
    params:
        spec=lambda wildcards: specs.imp_wr_spec(
            study_of(wildcards), int(wildcards.seed), int(wildcards.first), int(wildcards.last)
        ),
    log:
        f"{RESULTS}/logs/imp_wr/{{study}}/seed_{{seed}}_rounds_{{first}}-{{last}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/imp_wr/{{study}}/seed_{{seed}}_rounds_{{first}}-{{last}}.tsv"
    conda:
        "../envs/sparse-nqs.yaml"
    priority: 5
    shell:
        RUN + "train_imp_wr.py" + SPEC + " --problem {input.problem:q} --dense {input.dense:q}"
        " --previous {input.previous:q} --states {output.states:q} --history {output.history:q}" + LOG
