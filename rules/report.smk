# What the report has beyond figures and scoreboard; `make report` asks for it and then has Snakemake write report.html.


rule describe_run:
    input:
        unpack(reads("describe_run")),
    output:
        page=report(
            output_of("describe_run", "page"),
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
        **needs("describe_run"),
    params:
        spec=spec_of("describe_run"),
    message:
        "Describe the run"
    shell:
        command("describe_run", "input.rounds", "input.provenance", "output.page")
