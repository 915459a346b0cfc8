# Figures read tables only: those of the studies that they draw, the weights of one state, or the toric code's analytic
# networks, which no study trains.


rule tabulate_weights:
    input:
        unpack(reads("tabulate_weights")),
    output:
        **outputs("tabulate_weights"),
    log:
        f"{RESULTS}/logs/tabulate_weights/{{study}}/seed_{{seed}}_round_{{round}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/tabulate_weights/{{study}}/seed_{{seed}}_round_{{round}}.tsv"
    localrule: True
    conda:
        environment("tabulate_weights")
    resources:
        **needs("tabulate_weights"),
    params:
        spec=spec_of("tabulate_weights"),
    message:
        "Tabulate the weights of round {wildcards.round} of {wildcards.study}, seed {wildcards.seed}"
    shell:
        command("tabulate_weights", "input.states", "output.weights")


rule plaquette_network:
    output:
        **outputs("plaquette_network"),
    log:
        f"{RESULTS}/logs/plaquette_network/{{figure}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/plaquette_network/{{figure}}.tsv"
    wildcard_constraints:
        figure="|".join(PLAQUETTES) or "none",
    conda:
        environment("plaquette_network")
    resources:
        **needs("plaquette_network"),
    params:
        spec=spec_of("plaquette_network"),
    message:
        "Measure the analytic networks of {wildcards.figure}"
    shell:
        command("measure_plaquette_networks", "output.networks")


rule figure:
    input:
        unpack(reads("figure")),
    output:
        **outputs("figure", without="png"),
        png=report(
            output_of("figure", "png"),
            caption="report/figure.rst",
            category=lambda wildcards: category_of(
                CONFIG.figures[wildcards.figure].kind
            ),
            labels={"Figure": "{figure}"},
        ),
    log:
        f"{RESULTS}/logs/figure/{{figure}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figure/{{figure}}.tsv"
    localrule: True
    conda:
        environment("figure")
    resources:
        **needs("figure"),
    params:
        spec=spec_of("figure"),
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
