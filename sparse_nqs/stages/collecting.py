"""The tables of a study from what its jobs wrote, block by block. Needs neither jax nor the core."""

from collections.abc import Mapping
from pathlib import Path

from sparse_nqs.blocks import listed_blocks
from sparse_nqs.stages.block_origin import origin_of
from sparse_nqs.stages.summary import describe_study, fidelity_row, history_columns, provenance_row, round_row
from sparse_nqs.storage.results import read_result
from sparse_nqs.storage.states import Origin, read_histories
from sparse_nqs.storage.tables import TableWriter


def collect_study(
    spec: dict, folder: Path, reference_path: Path, write: Mapping[str, TableWriter], *, whole: bool = True
) -> list[str]:
    """Write the rows of one study.

    Args:
        spec: that of rule `summarise_study`.
        folder: of the study's seeds.
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
            name = f"seed_{seed}/{block.name}"
            if not whole and not _is_finished(folder / name, is_chain):
                left_out.append(name)
                continue
            origin = origin_of(study, seed, block)
            where = Origin(study, seed, block.procedure, block.draw)
            rounds = range(block.first, block.last + 1)
            trained = {
                history.round: history
                for history in read_histories(folder / f"{name}.history.safetensors", where, rounds)
            }
            measured = read_result(folder / f"{name}.evaluation.json", "evaluation", origin)
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
                compared = read_result(folder / f"{name}.fidelities.json", "fidelities", origin)
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


def _is_finished(stem: Path, is_chain: bool) -> bool:
    """Whether all is there that the rows of a block come from."""
    suffixes = [".history.safetensors", ".evaluation.json"] + [".fidelities.json"] * is_chain
    return all(stem.with_name(stem.name + suffix).exists() for suffix in suffixes)
