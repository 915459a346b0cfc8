"""The tables of one study from the evaluations, fidelities and histories of all its seeds."""

from pathlib import Path

from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.summary import describe_study, fidelity_row, history_rows, round_row
from sparse_nqs.storage.results import read_result
from sparse_nqs.storage.states import read_histories
from sparse_nqs.storage.tables import write_table


def main() -> None:
    """Read what the spec names below the study's folder, write three tables."""
    arguments = read_arguments(__doc__, "reference", "rounds", "fidelities", "histories")
    spec = arguments.spec
    description = describe_study(spec)
    reference = read_result(arguments.reference, "reference")
    rounds, fidelities, histories = [], [], []
    for seed in spec["seeds"]:
        for block in spec["blocks"]:
            stem = Path(arguments.rounds).parent.parent / f"seed_{seed}" / block
            where = {"study": spec["study"], "seed": seed, "procedure": stem.parent.name}
            trained = {history.round: history for history in read_histories(f"{stem}.history.safetensors")}
            for entry in read_result(f"{stem}.evaluation.json", "evaluation")["rounds"]:
                history = trained[entry["round"]]
                rounds.append(round_row(where, entry, history, reference, description))
                histories += history_rows(where, history)
            if where["procedure"] in spec["chains"]:
                for entry in read_result(f"{stem}.fidelities.json", "fidelities")["pairs"]:
                    fidelities.append(fidelity_row(where, entry, spec["n_sites"]))
    write_table(arguments.rounds, "rounds", rounds)
    write_table(arguments.fidelities, "fidelities", fidelities)
    write_table(arguments.histories, "histories", histories)


if __name__ == "__main__":
    run(main)
