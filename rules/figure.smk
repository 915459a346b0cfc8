# Figures read tables only: those of all studies, or the weights of the one state that they draw.

from sparse_nqs.figures.kinds import tables_of


def figure_tables(wildcards):
    """The summary tables that a figure's kind reads."""
    names = tables_of(CONFIG.figures[wildcards.figure].kind)
    return [f"{RESULTS}/summaries/{name}.parquet" for name in names if name != "weights"]


def figure_weights(wildcards):
    """The table of weights of the state that a figure draws, if it draws one."""
    figure = CONFIG.figures[wildcards.figure]
    if "weights" not in tables_of(figure.kind):
        return []
    return f"{RESULTS}/studies/{figure.study}/seed_{figure.seed}/weights/round_{figure.round:04d}.parquet"


rule tabulate_weights:
    message:
        "Tabulate the weights of round {wildcards.round} of {wildcards.study}, seed {wildcards.seed}"
    input:
        states=lambda wildcards: round_file(wildcards, int(wildcards.round)),
    output:
        weights=f"{RESULTS}/studies/{{study}}/seed_{{seed}}/weights/round_{{round}}.parquet",
    params:
        spec=lambda wildcards: specs.weights_spec(
            study_of(wildcards), int(wildcards.seed), int(wildcards.round)
        ),
    log:
        f"{RESULTS}/logs/tabulate_weights/{{study}}/seed_{{seed}}_round_{{round}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/tabulate_weights/{{study}}/seed_{{seed}}_round_{{round}}.tsv"
    conda:
        "../envs/sparse-nqs.yaml"
    shell:
        RUN + "tabulate_weights.py" + SPEC + " --states {input.states:q} --weights {output.weights:q}" + LOG


rule figure:
    message:
        "Draw {wildcards.figure}"
    input:
        tables=figure_tables,
        weights=figure_weights,
    output:
        pdf=report(f"{RESULTS}/figures/{{figure}}.pdf", category="Figures"),
        png=f"{RESULTS}/figures/{{figure}}.png",
    params:
        spec=lambda wildcards: specs.figure_spec(CONFIG, wildcards.figure),
    log:
        f"{RESULTS}/logs/figure/{{figure}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figure/{{figure}}.tsv"
    conda:
        "../envs/sparse-nqs.yaml"
    shell:
        RUN + "draw_figure.py" + SPEC + " --tables-folder {RESULTS:q}/summaries --weights={input.weights:q}"
        " --pdf {output.pdf:q} --png {output.png:q}" + LOG
