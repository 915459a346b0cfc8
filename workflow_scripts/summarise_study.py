"""The tables of one study from the evaluations, fidelities and histories of all its seeds."""

from pathlib import Path

from sparse_nqs.blocks import listed_blocks
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.summary import describe_study, fidelity_row, history_columns, round_row
from sparse_nqs.storage.results import read_result
from sparse_nqs.storage.states import read_histories
from sparse_nqs.storage.tables import table_writer


def main() -> None:
    """Read what the spec names below the study's folder, block by block, write three tables."""
    arguments = read_arguments(__doc__, "reference", "rounds", "fidelities", "histories")
    spec = arguments.spec
    description = describe_study(spec)
    reference = read_result(arguments.reference, "reference")
    with (
        table_writer(arguments.rounds, "rounds") as rounds,
        table_writer(arguments.fidelities, "fidelities") as fidelities,
        table_writer(arguments.histories, "histories") as histories,
    ):
        for seed in spec["seeds"]:
            for block in listed_blocks(**spec["blocks"]):
                stem = Path(arguments.rounds).parent.parent / f"seed_{seed}" / block.name
                where = {"study": spec["study"], "seed": seed, "procedure": block.procedure}
                trained = {
                    history.round: history for history in read_histories(f"{stem}.history.safetensors")
                }
                rounds.add_rows(
                    [
                        round_row(where, entry, trained[entry["round"]], reference, description)
                        for entry in read_result(f"{stem}.evaluation.json", "evaluation")["rounds"]
                    ]
                )
                for history in trained.values():
                    histories.add_columns({**where, "round": history.round}, history_columns(history))
                if block.procedure in spec["blocks"]["chains"]:
                    pairs = read_result(f"{stem}.fidelities.json", "fidelities")["pairs"]
                    fidelities.add_rows([fidelity_row(where, pair, spec["n_sites"]) for pair in pairs])


if __name__ == "__main__":
    run(main)
