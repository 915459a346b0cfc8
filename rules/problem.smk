rule problem:
    output:
        **outputs("problem"),
    log:
        f"{RESULTS}/logs/problem/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/problem/{{system}}.tsv"
    conda:
        environment("problem")
    resources:
        **needs("problem"),
    params:
        spec=spec_of("problem"),
    message:
        "Compile the Hamiltonian of {wildcards.system}"
    shell:
        command("compile_problem", "output.problem")
