"""The tables of the masks of a study's chains, from their states. Needs neither jax nor the core."""

from collections.abc import Iterator
from pathlib import Path

from sparse_nqs import paths
from sparse_nqs.blocks import chain_blocks
from sparse_nqs.stages.tickets import distribution_rows, overlap_rows, place_of, ticket_row, unit_rows
from sparse_nqs.storage.states import Origin, State, read_states
from sparse_nqs.study_tables import TICKETS


def collect_tickets(spec: dict, results: Path, *, whole: bool = True) -> dict[str, list[dict]]:
    """The rows of `TICKETS` of one study.

    Args:
        spec: that of rule `tickets`.
        results: the folder of the results.
        whole: whether all blocks must be there; if not, those without a file are left out.

    Raises:
        FileNotFoundError, DamagedFileError: as `collect_study`.
    """
    place = place_of(spec["system"])
    rows: dict[str, list[dict]] = {table: [] for table in TICKETS}
    masks: dict[tuple[str, int], dict] = {}
    for origin, state in _chain_states(spec, results, whole):
        rows["tickets"].append(ticket_row(origin.chain, state, place))
        rows["ticket_units"] += unit_rows(origin.chain, state, place)
        rows["ticket_distributions"] += distribution_rows(origin.chain, state, place)
        masks.setdefault((origin.procedure, state.round), {})[origin.seed] = state.masks["kernel"]
    for (procedure, round_index), by_seed in masks.items():
        print(f"{spec['study']} {procedure} round {round_index}: overlaps between seeds", flush=True)
        rows["mask_overlaps"] += overlap_rows(spec["study"], procedure, round_index, by_seed, place)
    return rows


def _chain_states(spec: dict, results: Path, whole: bool) -> Iterator[tuple[Origin, State]]:
    """All states of a study's chains."""
    blocks = [
        block
        for procedure in spec["chains"]
        for block in chain_blocks(procedure, spec["rounds"], spec["rounds_per_job"])
    ]
    for seed in spec["seeds"]:
        for block in blocks:
            path = results / paths.seed_file(spec["study"], seed, block.name, ".safetensors")
            if not whole and not path.exists():
                continue
            origin = Origin(spec["study"], seed, block.procedure)
            print(f"{spec['study']} seed {seed} {block.name}", flush=True)
            for state in read_states(path, origin, range(block.first, block.last + 1)):
                yield origin, state
