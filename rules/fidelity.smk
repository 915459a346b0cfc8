rule fidelity:
    input:
        problem=problem_of,
        previous=lambda wildcards: round_file(wildcards, int(wildcards.first) - 1),
        states=rules.imp_wr.output.states,
    output:
        fidelities=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/imp_wr/rounds_{{first}}-{{last}}.fidelities.json",
    log:
        f"{RESULTS}/logs/fidelity/{{study}}/seed_{{seed}}_rounds_{{first}}-{{last}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/fidelity/{{study}}/seed_{{seed}}_rounds_{{first}}-{{last}}.tsv"
    conda:
        "../envs/sparse-nqs.yaml"
    params:
        spec=lambda wildcards: specs.fidelity_spec(
            study_of(wildcards), int(wildcards.seed)
        ),
    message:
        "Compare neighbouring rounds {wildcards.first} to {wildcards.last} of {wildcards.study}, seed {wildcards.seed}"
    shell:
        RUN
        + "compute_fidelities"
        + SPEC
        + " --problem {input.problem:q} --previous {input.previous:q}"
        " --states {input.states:q} --fidelities {output.fidelities:q}" + LOG
