"""The tables of a study from what its jobs wrote, block by block. Needs neither jax nor the core."""

from collections.abc import Mapping
from pathlib import Path

from sparse_nqs import paths
from sparse_nqs.blocks import listed_blocks
from sparse_nqs.stages.block_origin import origin_of
from sparse_nqs.stages.summary import describe_study, fidelity_row, history_columns, provenance_row, round_row
from sparse_nqs.storage.results import read_result
from sparse_nqs.storage.states import Origin, read_histories
from sparse_nqs.storage.tables import TableWriter

# What there is of each block, of a chain's alone the last.
_SUFFIXES = {
    "histories": ".history.safetensors",
    "evaluation": ".evaluation.json",
    "fidelities": ".fidelities.json",
}


def collect_study(
    spec: dict, results: Path, reference_path: Path, write: Mapping[str, TableWriter], *, whole: bool = True
) -> list[str]:
    """Write the rows of one study.

    Args:
        spec: that of rule `summarise_study`.
        results: the folder of the results.
        reference_path: the reference file of its system.
        write: a writer for each of `study_tables.SUMMARY`.
        whole: whether all blocks must be there; if not, those that are not finished are left out.

    Returns:
        The blocks that were left out, as "seed_0/imp_wr/rounds_0001-0010".

    Raises:
        FileNotFoundError: if a file is missing that must be there.
        DamagedFileError: if a file is not what it should be.
    """
    study, description = spec["study"], describe_study(spec)
    reference = read_result(reference_path, "reference", {"system": spec["system"]})
    write["provenance"].add_rows([provenance_row(study, "reference", reference["made_by"])])
    left_out = []
    for seed in spec["seeds"]:
        for block in listed_blocks(**spec["blocks"]):
            is_chain = block.procedure in spec["blocks"]["chains"]
            files = {
                kind: results / paths.seed_file(study, seed, block.name, suffix)
                for kind, suffix in _SUFFIXES.items()
                if is_chain or kind != "fidelities"
            }
            if not whole and not all(path.exists() for path in files.values()):
                left_out.append(f"seed_{seed}/{block.name}")
                continue
            origin = origin_of(study, seed, block)
            where = Origin(study, seed, block.procedure, block.draw)
            rounds = range(block.first, block.last + 1)
            trained = {
                history.round: history for history in read_histories(files["histories"], where, rounds)
            }
            measured = read_result(files["evaluation"], "evaluation", origin)
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
            if is_chain:
                compared = read_result(files["fidelities"], "fidelities", origin)
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
    return left_out
