"""A tile of a fidelity matrix: the fidelities of some states with others, of any seeds, procedures and studies."""

from pathlib import Path

from sparse_nqs import paths, runtime
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.measuring import Measurer, Subject, make_measurer, pair_fidelities
from sparse_nqs.storage.states import Origin, read_state
from sparse_nqs.storage.tables import write_table


def read_subject(entry: dict, measurers: dict[str, Measurer], results: Path) -> Subject:
    """A state of the spec, from its file below the results folder."""
    origin = Origin(entry["study"], entry["seed"], entry["procedure"])
    path = results / paths.seed_file(origin.study, origin.seed, entry["block"], ".safetensors")
    measurer = measurers[origin.study]._replace(seed=origin.seed)
    return Subject(measurer, origin.procedure, read_state(path, entry["round"], origin))


def columns_of(subject: Subject, suffix: str) -> dict:
    """What a row of the table says of one of its two states."""
    measurer, procedure, state = subject
    values = {"study": measurer.study, "seed": measurer.seed, "procedure": procedure, "round": state.round}
    values |= {"n_active": state.n_active, "rho": state.n_active / measurer.network.n_sites}
    return {f"{name}_{suffix}": value for name, value in values.items()}


def main() -> None:
    """Read problems and states by the layout, write a row for each pair."""
    arguments = read_arguments(__doc__, "results", "pairs")
    runtime.configure()
    spec = arguments.spec
    results = Path(arguments.results)
    measurers = {
        # Each state brings its own seed.
        name: make_measurer(
            {**study, "study": name, "seed": 0, "evaluation": spec["evaluation"]},
            str(results / paths.problem(study["problem"])),
        )
        for name, study in spec["studies"].items()
    }

    def read(entries: list[dict]) -> list[Subject]:
        return [read_subject(entry, measurers, results) for entry in entries]

    # Null where the columns are the rows.
    columns = None if spec["columns"] is None else read(spec["columns"])
    table = [
        {
            "matrix": spec["matrix"],
            **columns_of(a, "a"),
            **columns_of(b, "b"),
            "fidelity": estimate.value,
            "fidelity_error": estimate.error,
            "method": "exact" if a.measurer.is_exact else "sampled",
        }
        for a, b, estimate in pair_fidelities(read(spec["rows"]), columns)
    ]
    write_table(arguments.pairs, "fidelity_pairs", table, {"matrix": spec["matrix"], "tile": spec["tile"]})


if __name__ == "__main__":
    run(main)
