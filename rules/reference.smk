rule reference:
    message:
        "Compute the reference energy of {wildcards.system}"
    input:
        problem=rules.problem.output.problem,
    output:
        reference=f"{RESULTS}/references/{{system}}.json",
    params:
        spec=lambda wildcards: specs.reference_spec(SYSTEMS[wildcards.system], CONFIG),
    log:
        f"{RESULTS}/logs/reference/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/reference/{{system}}.tsv"
    conda:
        "../envs/sparse-nqs.yaml"
    shell:
        RUN + "compute_reference.py" + SPEC + " --problem {input.problem:q} --reference {output.reference:q}" + LOG
