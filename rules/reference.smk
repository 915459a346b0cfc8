rule reference:
    input:
        problem=rules.problem.output.problem,
    output:
        reference=f"{RESULTS}/references/{{system}}.json",
    log:
        f"{RESULTS}/logs/reference/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/reference/{{system}}.tsv"
    conda:
        "../envs/sparse-nqs.yaml"
    resources:
        **needs(
            lambda wildcards: cost.reference(
                SYSTEMS[wildcards.system], CONFIG.references
            )
        ),
    params:
        spec=lambda wildcards: specs.reference_spec(SYSTEMS[wildcards.system], CONFIG),
    message:
        "Compute the reference energy of {wildcards.system}"
    shell:
        RUN
        + "compute_reference"
        + SPEC
        + " --problem {input.problem:q} --reference {output.reference:q}"
        + LOG
