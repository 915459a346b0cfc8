# Figures read tables only: those of all studies, or the weights of the one state that they draw.

from sparse_nqs.figures.kinds import CATEGORIES, tables_of


def figure_tables(wildcards):
    """The tables that a figure's kind reads: summaries of all studies, or the weights of the state that it draws."""
    figure = CONFIG.figures[wildcards.figure]
    weights = "{results}/studies/{figure.study}/seed_{figure.seed}/weights/round_{figure.round:04d}.parquet"
    return [
        (
            weights.format(results=RESULTS, figure=figure)
            if name == "weights"
            else f"{RESULTS}/summaries/{name}.parquet"
        )
        for name in tables_of(figure.kind, figure.model_dump())
    ]


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
        "../envs/sparse-nqs.yaml"
    resources:
        **needs(lambda wildcards: cost.tables(1)),
    params:
        spec=lambda wildcards: specs.weights_spec(
            study_of(wildcards), int(wildcards.seed), int(wildcards.round)
        ),
    message:
        "Tabulate the weights of round {wildcards.round} of {wildcards.study}, seed {wildcards.seed}"
    shell:
        RUN
        + "tabulate_weights"
        + SPEC
        + " --states {input.states:q} --weights {output.weights:q}"
        + LOG


rule figure:
    input:
        tables=figure_tables,
    output:
        pdf=f"{RESULTS}/figures/{{figure}}.pdf",
        png=report(
            f"{RESULTS}/figures/{{figure}}.png",
            caption="report/figure.rst",
            category=lambda wildcards: CATEGORIES[
                CONFIG.figures[wildcards.figure].kind
            ],
            labels={"Figure": "{figure}"},
        ),
        caption=f"{RESULTS}/figures/{{figure}}.rst",
    log:
        f"{RESULTS}/logs/figure/{{figure}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figure/{{figure}}.tsv"
    localrule: True
    conda:
        "../envs/sparse-nqs.yaml"
    resources:
        **needs(lambda wildcards: cost.figure()),
    params:
        spec=lambda wildcards: specs.figure_spec(CONFIG, wildcards.figure),
    message:
        "Draw {wildcards.figure}"
    shell:
        RUN
        + "draw_figure"
        + SPEC
        + " --tables {input.tables:q} --pdf {output.pdf:q} --png {output.png:q}"
        " --caption {output.caption:q}" + LOG
