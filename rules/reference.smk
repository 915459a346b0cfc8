rule reference:
    input:
        unpack(reads("reference")),
    output:
        **outputs("reference"),
    log:
        f"{RESULTS}/logs/reference/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/reference/{{system}}.tsv"
    # Before trainings, as it may say that there will be no relative errors.
    priority: 20
    conda:
        environment("reference")
    resources:
        **needs("reference"),
    params:
        spec=spec_of("reference"),
    message:
        "Compute the reference energy of {wildcards.system}"
    shell:
        command("compute_reference", "input.problem", "output.reference")
        + " && sed -n '\\,^note: ,p' {log:q}"


rule summarise_references:
    input:
        unpack(reads("summarise_references")),
    output:
        **outputs("summarise_references"),
    log:
        f"{RESULTS}/logs/summarise_references.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise_references.tsv"
    localrule: True
    conda:
        environment("summarise_references")
    resources:
        **needs("summarise_references"),
    params:
        spec=spec_of("summarise_references"),
    message:
        "Collect the references of all systems"
    shell:
        command("summarise_references", "output.references", results=True)


# Our energies beside the published ones, for reading; part of no figure, so asked for by the target `references` alone.
rule compare_references:
    input:
        unpack(reads("compare_references")),
    output:
        **outputs("compare_references"),
    log:
        f"{RESULTS}/logs/compare_references.log",
    benchmark:
        f"{RESULTS}/benchmarks/compare_references.tsv"
    localrule: True
    conda:
        environment("compare_references")
    resources:
        **needs("compare_references"),
    params:
        spec=spec_of("compare_references"),
    message:
        "Put the reference energies beside the published ones"
    shell:
        command("compare_references", "output.page", results=True)


rule references:
    input:
        rules.summarise_references.output,
        rules.compare_references.output,
