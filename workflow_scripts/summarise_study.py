"""The tables of one study from the evaluations, fidelities and histories of all its seeds."""

from contextlib import ExitStack
from pathlib import Path

from sparse_nqs.blocks import listed_blocks
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.origins import origin_of
from sparse_nqs.stages.provenance import provenance_row
from sparse_nqs.stages.summary import describe_study, fidelity_row, history_columns, round_row
from sparse_nqs.storage.results import read_result
from sparse_nqs.storage.states import Origin, read_histories
from sparse_nqs.storage.tables import table_writer

TABLES = ("rounds", "fidelities", "histories", "provenance")


def main() -> None:
    """Read what the spec names below the study's folder, block by block, write four tables."""
    arguments = read_arguments(__doc__, "reference", *TABLES)
    spec = arguments.spec
    study = spec["study"]
    description = describe_study(spec)
    reference = read_result(arguments.reference, "reference", {"system": spec["system"]})
    with ExitStack() as stack:
        write = {
            table: stack.enter_context(table_writer(getattr(arguments, table), table, {"study": study}))
            for table in TABLES
        }
        write["provenance"].add_rows([provenance_row(study, "reference", reference["made_by"])])
        for seed in spec["seeds"]:
            for block in listed_blocks(**spec["blocks"]):
                stem = Path(arguments.rounds).parent.parent / f"seed_{seed}" / block.name
                origin = origin_of(study, seed, block)
                where = Origin(study, seed, block.procedure, block.draw)
                rounds = range(block.first, block.last + 1)
                trained = {
                    history.round: history
                    for history in read_histories(f"{stem}.history.safetensors", where, rounds)
                }
                measured = read_result(f"{stem}.evaluation.json", "evaluation", origin)
                made = {"evaluation": measured["made_by"]}
                write["rounds"].add_rows(
                    [
                        round_row(where._asdict(), entry, trained[entry["round"]], reference, description)
                        for entry in measured["rounds"]
                    ]
                )
                for history in trained.values():
                    columns = history_columns(history)
                    write["histories"].add_columns({**where._asdict(), "round": history.round}, columns)
                if block.procedure in spec["blocks"]["chains"]:
                    compared = read_result(f"{stem}.fidelities.json", "fidelities", origin)
                    made["fidelity"] = compared["made_by"]
                    write["fidelities"].add_rows(
                        [fidelity_row(where.chain, pair, spec["n_sites"]) for pair in compared["pairs"]]
                    )
                write["provenance"].add_rows(
                    [
                        provenance_row(study, stage, by, seed, block.procedure, k, block.draw)
                        for k in rounds
                        for stage, by in {"training": trained[k].made_by, **made}.items()
                    ]
                )


if __name__ == "__main__":
    run(main)
