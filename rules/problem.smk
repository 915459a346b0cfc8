rule problem:
    message:
        "Compile the Hamiltonian of {wildcards.system}"
    output:
        problem=f"{RESULTS}/problems/{{system}}.safetensors",
    params:
        spec=lambda wildcards: specs.problem_spec(SYSTEMS[wildcards.system]),
    log:
        f"{RESULTS}/logs/problem/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/problem/{{system}}.tsv"
    conda:
        "../envs/sparse-nqs.yaml"
    shell:
        RUN + "compile_problem.py" + SPEC + " --problem {output.problem:q}" + LOG
