"""The structure of all masks of a study's chains: of each by itself, and what those of two seeds have in common."""

from pathlib import Path

from sparse_nqs.blocks import chain_blocks
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.tickets import distribution_rows, overlap_rows, place_of, ticket_row, unit_rows
from sparse_nqs.storage.states import Origin, read_states
from sparse_nqs.storage.tables import write_table


def main() -> None:
    """Read all blocks of its chains below the study's folder, write four tables."""
    arguments = read_arguments(__doc__, "tickets", "ticket_units", "ticket_distributions", "mask_overlaps")
    spec = arguments.spec
    place = place_of(spec["system"])
    blocks = [
        block
        for procedure in spec["chains"]
        for block in chain_blocks(procedure, spec["rounds"], spec["rounds_per_job"])
    ]
    tickets, units, distributions, overlaps = [], [], [], []
    masks: dict[tuple[str, int], dict] = {}
    for seed in spec["seeds"]:
        for block in blocks:
            path = Path(arguments.tickets).parent.parent / f"seed_{seed}" / f"{block.name}.safetensors"
            origin = Origin(spec["study"], seed, block.procedure)
            print(f"{spec['study']} seed {seed} {block.name}", flush=True)
            for state in read_states(path, origin, range(block.first, block.last + 1)):
                tickets.append(ticket_row(origin.chain, state, place))
                units += unit_rows(origin.chain, state, place)
                distributions += distribution_rows(origin.chain, state, place)
                masks.setdefault((origin.procedure, state.round), {})[seed] = state.masks["kernel"]
    for (procedure, round_index), by_seed in masks.items():
        print(f"{spec['study']} {procedure} round {round_index}: overlaps between seeds", flush=True)
        overlaps += overlap_rows(spec["study"], procedure, round_index, by_seed, place)
    owner = {"study": spec["study"]}
    write_table(arguments.tickets, "tickets", tickets, owner)
    write_table(arguments.ticket_units, "ticket_units", units, owner)
    write_table(arguments.ticket_distributions, "ticket_distributions", distributions, owner)
    write_table(arguments.mask_overlaps, "mask_overlaps", overlaps, owner)


if __name__ == "__main__":
    run(main)
