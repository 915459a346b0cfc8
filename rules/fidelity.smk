# Neighbours along a chain, and the matrices that the config asks for. The jobs of a matrix take a tile of it each and
# find their states by the layout.


rule fidelity:
    input:
        unpack(reads("fidelity")),
    output:
        **outputs("fidelity"),
    log:
        f"{RESULTS}/logs/fidelity/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/fidelity/{{study}}/seed_{{seed}}_{{procedure}}_rounds_{{first}}-{{last}}.tsv"
    wildcard_constraints:
        procedure="|".join(CHAINS),
    conda:
        environment("fidelity")
    resources:
        **needs("fidelity"),
    params:
        spec=spec_of("fidelity"),
    message:
        "Compare neighbouring {wildcards.procedure} rounds {wildcards.first} to {wildcards.last} of {wildcards.study}, seed {wildcards.seed}"
    shell:
        command(
            "compute_fidelities",
            "input.problem",
            "input.previous",
            "input.states",
            "output.fidelities",
        )


rule fidelity_tile:
    input:
        unpack(reads("fidelity_tile")),
    output:
        **outputs("fidelity_tile"),
    log:
        f"{RESULTS}/logs/fidelity_tile/{{matrix}}_{{tile}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/fidelity_tile/{{matrix}}_{{tile}}.tsv"
    wildcard_constraints:
        matrix="|".join(CONFIG.fidelity_matrices) or "none",
        tile=r"tile_\d{4}-\d{4}",
    conda:
        environment("fidelity_tile")
    resources:
        **needs("fidelity_tile"),
    params:
        spec=spec_of("fidelity_tile"),
    message:
        "Compare the states of {wildcards.tile} of {wildcards.matrix}"
    shell:
        command("compare_states", "output.pairs", results=True)


rule collect_pairs:
    input:
        unpack(reads("collect_pairs")),
    output:
        **outputs("collect_pairs"),
    log:
        f"{RESULTS}/logs/collect_pairs/{{matrix}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/collect_pairs/{{matrix}}.tsv"
    wildcard_constraints:
        matrix="|".join(CONFIG.fidelity_matrices) or "none",
    localrule: True
    conda:
        environment("collect_pairs")
    resources:
        **needs("collect_pairs"),
    params:
        spec=spec_of("collect_pairs"),
    message:
        "Collect the pairs of {wildcards.matrix}"
    shell:
        command("collect_pairs", "output.pairs", results=True)


rule summarise_pairs:
    input:
        unpack(reads("summarise_pairs")),
    output:
        **outputs("summarise_pairs"),
    log:
        f"{RESULTS}/logs/summarise_pairs.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise_pairs.tsv"
    localrule: True
    conda:
        environment("summarise_pairs")
    resources:
        **needs("summarise_pairs"),
    params:
        spec=spec_of("summarise_pairs"),
    message:
        "Collect the fidelity matrices"
    shell:
        command("summarise_pairs", "output.pairs", results=True)
