# Neighbours along a chain, and the matrices that the config asks for. The jobs of a matrix take a tile of it each and
# find their states by the layout.


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
        environment("fidelity")
    resources:
        **needs(
            "fidelity",
            lambda wildcards: cost.fidelity(
                study_of(wildcards), *rounds_of(wildcards)
            ),
        ),
    params:
        spec=lambda wildcards: specs.fidelity_spec(
            study_of(wildcards), int(wildcards.seed), block_of(wildcards)
        ),
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
        tile_states,
    output:
        pairs=f"{RESULTS}/fidelity_matrices/{{matrix}}/{{tile}}.parquet",
    log:
        f"{RESULTS}/logs/fidelity_tile/{{matrix}}_{{tile}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/fidelity_tile/{{matrix}}_{{tile}}.tsv"
    wildcard_constraints:
        matrix="|".join(MATRICES) or "none",
        tile=r"tile_\d{4}-\d{4}",
    conda:
        environment("fidelity_tile")
    resources:
        **needs(
            "fidelity_tile",
            lambda wildcards: cost.tile(
                STUDIES[CONFIG.fidelity_matrices[wildcards.matrix].studies[0]],
                CONFIG.fidelity_matrices[wildcards.matrix].tile,
            ),
        ),
    params:
        spec=lambda wildcards: specs.tile_spec(
            CONFIG, wildcards.matrix, TILES[wildcards.matrix][wildcards.tile]
        ),
    message:
        "Compare the states of {wildcards.tile} of {wildcards.matrix}"
    shell:
        command("compare_states", "output.pairs")


rule collect_pairs:
    input:
        lambda wildcards: [
            f"{RESULTS}/fidelity_matrices/{wildcards.matrix}/{tile}.parquet"
            for tile in TILES[wildcards.matrix]
        ],
    output:
        pairs=f"{RESULTS}/fidelity_matrices/{{matrix}}/pairs.parquet",
    log:
        f"{RESULTS}/logs/collect_pairs/{{matrix}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/collect_pairs/{{matrix}}.tsv"
    wildcard_constraints:
        matrix="|".join(MATRICES) or "none",
    localrule: True
    conda:
        environment("collect_pairs")
    resources:
        **needs(
            "collect_pairs",
            lambda wildcards: cost.tables(len(MATRICES[wildcards.matrix])),
        ),
    params:
        spec=lambda wildcards: specs.pairs_spec(CONFIG, wildcards.matrix),
    message:
        "Collect the pairs of {wildcards.matrix}"
    shell:
        command("collect_pairs", "output.pairs")


rule summarise_pairs:
    input:
        expand(rules.collect_pairs.output.pairs, matrix=MATRICES),
    output:
        pairs=f"{RESULTS}/summaries/fidelity_pairs.parquet",
    log:
        f"{RESULTS}/logs/summarise_pairs.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise_pairs.tsv"
    localrule: True
    conda:
        environment("summarise_pairs")
    resources:
        **needs(
            "summarise_pairs",
            lambda wildcards: cost.tables(sum(map(len, MATRICES.values()))),
        ),
    params:
        spec=lambda wildcards: specs.pairs_summary_spec(CONFIG),
    message:
        "Collect the fidelity matrices"
    shell:
        command("summarise_pairs", "output.pairs")
