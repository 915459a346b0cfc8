rule problem:
    output:
        problem=f"{RESULTS}/problems/{{system}}.safetensors",
    log:
        f"{RESULTS}/logs/problem/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/problem/{{system}}.tsv"
    conda:
        environment("problem")
    resources:
        **needs("problem", lambda wildcards: cost.problem(SYSTEMS[wildcards.system])),
    params:
        spec=lambda wildcards: specs.problem_spec(SYSTEMS[wildcards.system]),
    message:
        "Compile the Hamiltonian of {wildcards.system}"
    shell:
        command("compile_problem", "output.problem")
