# What the finished tables and masks say: scaling regions of every study, and the surviving weights of every study of an
# ffnn, which is cheap; both then of all studies as one. As in summary.smk scripts find their inputs by the layout.


rule regions:
    input:
        unpack(reads("regions")),
    output:
        **outputs("regions"),
    log:
        f"{RESULTS}/logs/regions/{{study}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/regions/{{study}}.tsv"
    localrule: True
    conda:
        environment("regions")
    resources:
        **needs("regions"),
    params:
        spec=spec_of("regions"),
    message:
        "Fit the scaling regions of {wildcards.study}"
    shell:
        command("fit_regions", "input.rounds", "output.regions")


rule summarise_regions:
    input:
        unpack(reads("summarise_regions")),
    output:
        **outputs("summarise_regions"),
    log:
        f"{RESULTS}/logs/summarise_regions.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise_regions.tsv"
    localrule: True
    conda:
        environment("summarise_regions")
    resources:
        **needs("summarise_regions"),
    params:
        spec=spec_of("summarise_regions"),
    message:
        "Collect the scaling regions of all studies"
    shell:
        command("summarise_regions", "output.regions", results=True)


rule compare_published:
    input:
        unpack(reads("compare_published")),
    output:
        **outputs("compare_published", without="page"),
        page=report(
            output_of("compare_published", "page"),
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
        **needs("compare_published"),
    params:
        spec=spec_of("compare_published"),
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
        unpack(reads("compare_draws")),
    output:
        **outputs("compare_draws", without="page"),
        page=report(
            output_of("compare_draws", "page"),
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
        **needs("compare_draws"),
    params:
        spec=spec_of("compare_draws"),
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
        unpack(reads("tickets")),
    output:
        **outputs("tickets"),
    log:
        f"{RESULTS}/logs/tickets/{{study}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/tickets/{{study}}.tsv"
    conda:
        environment("tickets")
    resources:
        **needs("tickets"),
    params:
        spec=spec_of("tickets"),
    message:
        "Describe the surviving weights of {wildcards.study}"
    shell:
        command(
            "describe_tickets",
            "output.tickets",
            "output.ticket_units",
            "output.ticket_distributions",
            "output.mask_overlaps",
            results=True,
        )


rule summarise_tickets:
    input:
        unpack(reads("summarise_tickets")),
    output:
        **outputs("summarise_tickets"),
    log:
        f"{RESULTS}/logs/summarise_tickets.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise_tickets.tsv"
    localrule: True
    conda:
        environment("summarise_tickets")
    resources:
        **needs("summarise_tickets"),
    params:
        spec=spec_of("summarise_tickets"),
    message:
        "Collect the surviving weights' structure of all studies"
    shell:
        command(
            "summarise_tickets",
            "output.tickets",
            "output.ticket_units",
            "output.ticket_distributions",
            "output.mask_overlaps",
            results=True,
        )
