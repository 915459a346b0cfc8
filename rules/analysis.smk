# What the finished tables and masks say: scaling regions of every study, and the surviving weights of every study of an
# ffnn, which is cheap; both then of all studies as one. As in summary.smk scripts find their inputs by the layout.


rule regions:
    input:
        rounds=rules.summarise_study.output.rounds,
    output:
        regions=f"{RESULTS}/studies/{{study}}/tables/regions.parquet",
    log:
        f"{RESULTS}/logs/regions/{{study}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/regions/{{study}}.tsv"
    localrule: True
    conda:
        environment("regions")
    resources:
        **needs(
            "regions", lambda wildcards: cost.tables(states_of(study_of(wildcards)))
        ),
    params:
        spec=lambda wildcards: specs.regions_spec(CONFIG, wildcards.study),
    message:
        "Fit the scaling regions of {wildcards.study}"
    shell:
        command("fit_regions", "input.rounds", "output.regions")


rule summarise_regions:
    input:
        expand(rules.regions.output.regions, study=STUDIES),
    output:
        regions=f"{RESULTS}/summaries/regions.parquet",
    log:
        f"{RESULTS}/logs/summarise_regions.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise_regions.tsv"
    localrule: True
    conda:
        environment("summarise_regions")
    resources:
        **needs(
            "summarise_regions",
            lambda wildcards: cost.tables(sum(map(states_of, STUDIES.values()))),
        ),
    params:
        spec=lambda wildcards: specs.regions_summary_spec(CONFIG),
    message:
        "Collect the scaling regions of all studies"
    shell:
        command("summarise_regions", "output.regions")


rule compare_published:
    input:
        rounds=rules.summarise.output.rounds,
        fidelities=rules.summarise.output.fidelities,
        regions=rules.summarise_regions.output.regions,
    output:
        comparison=f"{RESULTS}/summaries/comparison.parquet",
        markdown=f"{RESULTS}/summaries/comparison.md",
        page=report(
            f"{RESULTS}/summaries/comparison.html",
            caption="report/comparison.rst",
            category="Comparison with the paper",
            labels={"Table": "scoreboard"},
        ),
    log:
        f"{RESULTS}/logs/compare_published.log",
    benchmark:
        f"{RESULTS}/benchmarks/compare_published.tsv"
    localrule: True
    conda:
        environment("compare_published")
    resources:
        **needs(
            "compare_published",
            lambda wildcards: cost.tables(sum(map(states_of, STUDIES.values()))),
        ),
    params:
        spec=lambda wildcards: specs.published_spec(CONFIG),
    message:
        "Compare all studies with the published curves"
    shell:
        command(
            "compare_published",
            "input.rounds",
            "input.fidelities",
            "input.regions",
            "output.comparison",
            "output.markdown",
            "output.page",
        )


rule compare_draws:
    input:
        rounds=rules.summarise.output.rounds,
    output:
        draws=f"{RESULTS}/summaries/draws.parquet",
        markdown=f"{RESULTS}/summaries/draws.md",
        page=report(
            f"{RESULTS}/summaries/draws.html",
            caption="report/draws.rst",
            category="Comparison with the paper",
            labels={"Table": "independent draws"},
        ),
    log:
        f"{RESULTS}/logs/compare_draws.log",
    benchmark:
        f"{RESULTS}/benchmarks/compare_draws.tsv"
    localrule: True
    conda:
        environment("compare_draws")
    resources:
        **needs(
            "compare_draws",
            lambda wildcards: cost.tables(sum(map(states_of, STUDIES.values()))),
        ),
    params:
        spec=lambda wildcards: specs.draws_spec(CONFIG),
    message:
        "Compare the independent draws of all studies with the published ones"
    shell:
        command(
            "compare_draws",
            "input.rounds",
            "output.draws",
            "output.markdown",
            "output.page",
        )


rule tickets:
    input:
        chain_states,
    output:
        **{
            table: f"{RESULTS}/studies/{{study}}/tables/{table}.parquet"
            for table in TICKET_TABLES
        },
    log:
        f"{RESULTS}/logs/tickets/{{study}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/tickets/{{study}}.tsv"
    conda:
        environment("tickets")
    resources:
        **needs(
            "tickets", lambda wildcards: cost.tables(states_of(study_of(wildcards)))
        ),
    params:
        spec=lambda wildcards: specs.tickets_spec(
            study_of(wildcards), CONFIG.rounds_per_job
        ),
    message:
        "Describe the surviving weights of {wildcards.study}"
    shell:
        command(
            "describe_tickets",
            "output.tickets",
            "output.ticket_units",
            "output.ticket_distributions",
            "output.mask_overlaps",
        )


rule summarise_tickets:
    input:
        expand(
            f"{RESULTS}/studies/{{study}}/tables/{{table}}.parquet",
            study=TICKETED,
            table=TICKET_TABLES,
        ),
    output:
        **{table: f"{RESULTS}/summaries/{table}.parquet" for table in TICKET_TABLES},
    log:
        f"{RESULTS}/logs/summarise_tickets.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise_tickets.tsv"
    localrule: True
    conda:
        environment("summarise_tickets")
    resources:
        **needs(
            "summarise_tickets",
            lambda wildcards: cost.tables(sum(map(states_of, STUDIES.values()))),
        ),
    params:
        spec=lambda wildcards: specs.tickets_summary_spec(
            specs.ticketed(CONFIG), CONFIG.rounds_per_job
        ),
    message:
        "Collect the surviving weights' structure of all studies"
    shell:
        command(
            "summarise_tickets",
            "output.tickets",
            "output.ticket_units",
            "output.ticket_distributions",
            "output.mask_overlaps",
        )
