rule fidelity:
    input:
        problem=problem_of,
        previous=previous_round,
        states=rules.chain.output.states,
    output:
        fidelities=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/{{procedure}}/rounds_{{first}}-{{last}}.fidelities.json",
    log:
        f"{RESULTS}/logs/fidelity/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/fidelity/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}.tsv"
    wildcard_constraints:
        procedure="|".join(CHAINS),
    conda:
        DEVICE_ENV
    resources:
        **needs(
            lambda wildcards: cost.fidelity(
                study_of(wildcards), *rounds_of(wildcards)
            ),
            DEVICE,
        ),
    params:
        spec=lambda wildcards: specs.fidelity_spec(
            study_of(wildcards), int(wildcards.seed), wildcards.procedure
        ),
    message:
        "Compare neighbouring {wildcards.procedure} rounds {wildcards.first} to {wildcards.last} of {wildcards.study}, seed {wildcards.seed}"
    shell:
        RUN
        + "compute_fidelities"
        + SPEC
        + " --problem {input.problem:q} --previous {input.previous:q}"
        " --states {input.states:q} --fidelities {output.fidelities:q}" + LOG
