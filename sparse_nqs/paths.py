"""Where a folder of results keeps what: the path of every file below it, from names or from the wildcards of a rule.

A leaf: the rules, the specs and the scripts that find their many inputs by the layout all ask here.
"""


def problem(system: str) -> str:
    """The compiled Hamiltonian of a system."""
    return f"problems/{system}.safetensors"


def reference(system: str) -> str:
    """The reference energy of a system."""
    return f"references/{system}.json"


def benchmark_of_reference(system: str) -> str:
    """What computing it took, as Snakemake measured."""
    return f"benchmarks/reference/{system}.tsv"


def seed_file(study: str, seed: int | str, name: str, suffix: str) -> str:
    """A file of one seed of a study, such as a block's states; `name` is the block's, init, or a rewind point's."""
    return f"studies/{study}/seed_{seed}/{name}{suffix}"


def study_table(study: str, table: str) -> str:
    """A table of one study."""
    return f"studies/{study}/tables/{table}.parquet"


def weights(study: str, seed: int | str, round_name: str) -> str:
    """The surviving weights of a state as a table.

    Args:
        round_name: its round in four digits.
    """
    return f"studies/{study}/seed_{seed}/weights/round_{round_name}.parquet"


def tile(matrix: str, name: str) -> str:
    """A tile of a fidelity matrix."""
    return f"fidelity_matrices/{matrix}/{name}.parquet"


def pairs(matrix: str) -> str:
    """All pairs of a fidelity matrix."""
    return tile(matrix, "pairs")


def plaquette_networks(figure: str) -> str:
    """The measured analytic networks of a figure."""
    return f"plaquette_networks/{figure}.parquet"


def summary(table: str, suffix: str = ".parquet") -> str:
    """A table of all studies, or a page with it."""
    return f"summaries/{table}{suffix}"


def figure(name: str, suffix: str) -> str:
    """A figure, or its caption."""
    return f"figures/{name}{suffix}"
