# Figures read tables only: those of the studies that they draw, the weights of one state, or the toric code's analytic
# networks, which no study trains.


rule tabulate_weights:
    input:
        states=lambda wildcards: round_file(wildcards, "imp_wr", int(wildcards.round)),
    output:
        weights=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/weights/round_{{round}}.parquet",
    log:
        f"{RESULTS}/logs/tabulate_weights/{{study}}/seed_{{seed}}_round_{{round}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/tabulate_weights/{{study}}/seed_{{seed}}_round_{{round}}.tsv"
    localrule: True
    conda:
        environment("tabulate_weights")
    resources:
        **needs("tabulate_weights", lambda wildcards: cost.tables(1)),
    params:
        spec=lambda wildcards: specs.weights_spec(
            study_of(wildcards), int(wildcards.seed), int(wildcards.round)
        ),
    message:
        "Tabulate the weights of round {wildcards.round} of {wildcards.study}, seed {wildcards.seed}"
    shell:
        command("tabulate_weights", "input.states", "output.weights")


rule plaquette_network:
    output:
        networks=f"{RESULTS}/plaquette_networks/{{figure}}.parquet",
    log:
        f"{RESULTS}/logs/plaquette_network/{{figure}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/plaquette_network/{{figure}}.tsv"
    wildcard_constraints:
        figure="|".join(PLAQUETTES) or "none",
    conda:
        environment("plaquette_network")
    resources:
        **needs(
            "plaquette_network",
            lambda wildcards: figure_cost.measured(CONFIG.figures[wildcards.figure]),
        ),
    params:
        spec=lambda wildcards: specs.plaquette_network_spec(CONFIG, wildcards.figure),
    message:
        "Measure the analytic networks of {wildcards.figure}"
    shell:
        command("measure_plaquette_networks", "output.networks")


rule figure:
    input:
        tables=figure_tables,
    output:
        pdf=f"{RESULTS}/figures/{{figure}}.pdf",
        png=report(
            f"{RESULTS}/figures/{{figure}}.png",
            caption="report/figure.rst",
            category=lambda wildcards: category_of(
                CONFIG.figures[wildcards.figure].kind
            ),
            labels={"Figure": "{figure}"},
        ),
        caption=f"{RESULTS}/figures/{{figure}}.rst",
    log:
        f"{RESULTS}/logs/figure/{{figure}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figure/{{figure}}.tsv"
    localrule: True
    conda:
        environment("figure")
    resources:
        **needs("figure", lambda wildcards: cost.figure()),
    params:
        spec=lambda wildcards: specs.figure_spec(CONFIG, wildcards.figure),
    message:
        "Draw {wildcards.figure}"
    shell:
        command(
            "draw_figure",
            "input.tables",
            "output.pdf",
            "output.png",
            "output.caption",
        )
