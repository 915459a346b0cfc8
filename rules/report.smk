# What the report has beyond figures and scoreboard; `make report` asks for it and then has Snakemake write report.html.


rule describe_run:
    input:
        rounds=rules.summarise.output.rounds,
        provenance=rules.summarise.output.provenance,
    output:
        page=report(
            f"{RESULTS}/summaries/run.html",
            caption="report/run.rst",
            category="The run",
            labels={"Page": "studies, provenance, versions and config"},
        ),
    log:
        f"{RESULTS}/logs/describe_run.log",
    benchmark:
        f"{RESULTS}/benchmarks/describe_run.tsv"
    localrule: True
    conda:
        environment("describe_run")
    resources:
        **needs("describe_run", lambda wildcards: cost.tables(1)),
    params:
        spec=lambda wildcards: specs.run_page_spec(CONFIG),
    message:
        "Describe the run"
    shell:
        command("describe_run", "input.rounds", "input.provenance", "output.page")
