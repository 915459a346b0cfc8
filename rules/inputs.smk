# Which files a job reads: functions of its wildcards, and the lists of what the config asks for.

import atexit
import sys
from functools import partial

from sparse_nqs import study_tables
from sparse_nqs.blocks import Block
from sparse_nqs.planning.figure_tables import parts_read
from sparse_nqs.members.figures import category_of
from sparse_nqs.stages.unnoted import Wanted, made_otherwise

# The studies whose observables are measured, those with several draws, and those whose surviving weights are described.
OBSERVED = [study.name for study in specs.observed(CONFIG)]
DRAWN = [study.name for study in specs.several_draws(CONFIG)]
TICKETED = [study.name for study in specs.ticketed(CONFIG)]
TICKET_TABLES = list(study_tables.TICKETS)

# The figures that measure networks of their own.
PLAQUETTES = [name for name, figure in CONFIG.figures.items() if figure.measured()]

# The states that a matrix compares, and the tiles of it.
MATRICES = {
    name: fidelity_matrices.states_of(matrix, STUDIES)
    for name, matrix in CONFIG.fidelity_matrices.items()
}
TILES = {
    name: {
        tile.name: tile
        for tile in layout.matrix_tiles(
            len(states), CONFIG.fidelity_matrices[name].tile
        )
    }
    for name, states in MATRICES.items()
}


def study_of(wildcards):
    """The study that a job belongs to."""
    return STUDIES[wildcards.study]


def rounds_of(wildcards):
    """The first and the last round of a job's block."""
    return int(wildcards.first), int(wildcards.last)


def draw_of(wildcards):
    """Which draw of an isolated training a job is about."""
    return int(wildcards.get("draw", "")[-4:] or 0)


def block_of(wildcards):
    """The block of a job."""
    return Block(wildcards.procedure, *rounds_of(wildcards), draw_of(wildcards))


def problem_of(wildcards):
    """The problem file of a job's study."""
    return f"{RESULTS}/problems/{study_of(wildcards).system.slug}.safetensors"


def reference_of(wildcards):
    """The reference file of a job's study."""
    return f"{RESULTS}/references/{study_of(wildcards).system.slug}.json"


def stored(study, seed, name, suffix=".safetensors"):
    """A file of a study and seed."""
    return f"{RESULTS}/{layout.seed_file(study, seed, name, suffix)}"


def seed_file(wildcards, name):
    """The states of this name of a job's study and seed."""
    return stored(wildcards.study, wildcards.seed, name)


def round_file(wildcards, procedure, round_index):
    """The states of the block that holds the dense network (round 0) or a round of a chain."""
    block = layout.block_of_round(
        study_of(wildcards), procedure, round_index, CONFIG.rounds_per_job
    )
    return seed_file(wildcards, block.name)


def previous_round(wildcards):
    """The states that hold the round before a block of a chain."""
    return round_file(wildcards, wildcards.procedure, int(wildcards.first) - 1)


def rewind_file(wildcards):
    """The state that the surviving weights of a chain go back to."""
    name = layout.rewind_name(study_of(wildcards), wildcards.procedure)
    return seed_file(wildcards, name)


def tile_states(wildcards):
    """The states that a tile compares, and the problems of their systems."""
    tile = TILES[wildcards.matrix][wildcards.tile]
    states = MATRICES[wildcards.matrix]
    files = []
    for state in states[tile.rows] + states[tile.columns]:
        study = STUDIES[state.study]
        block = layout.block_of_state(
            study, state.procedure, state.round, CONFIG.rounds_per_job
        )
        files.append(f"{RESULTS}/problems/{study.system.slug}.safetensors")
        files.append(stored(state.study, state.seed, block.name))
    return list(dict.fromkeys(files))


def blocks_of(study):
    """The blocks of one seed of a study."""
    return layout.all_blocks(study, CONFIG.rounds_per_job)


def states_of(study):
    """The number of trained states of a study."""
    blocks = blocks_of(study)
    return len(study.seeds) * sum(block.last - block.first + 1 for block in blocks)


def study_files(wildcards):
    """All that the tables of a study are made from."""
    files = []
    for seed in study_of(wildcards).seeds:
        for block in blocks_of(study_of(wildcards)):
            suffixes = [".history.safetensors", ".evaluation.json"]
            if block.procedure in CHAINS:
                suffixes.append(".fidelities.json")
            files += [
                stored(wildcards.study, seed, block.name, suffix) for suffix in suffixes
            ]
    return files


def chain_states(wildcards):
    """The states of all rounds of a study's chains."""
    return [
        stored(wildcards.study, seed, block.name)
        for seed in study_of(wildcards).seeds
        for block in blocks_of(study_of(wildcards))
        if block.procedure in CHAINS
    ]


def observable_tables(wildcards):
    """The observables of all states of a study."""
    return [
        stored(wildcards.study, seed, block.name, ".observables.parquet")
        for seed in study_of(wildcards).seeds
        for block in blocks_of(study_of(wildcards))
    ]


def figure_tables(wildcards):
    """The tables that a figure's kind reads, of what the figure draws alone."""
    return [f"{RESULTS}/{part.path}" for part in parts_read(CONFIG, wildcards.figure)]


def examples():
    """What the config asks for, as far as an edit concerns: of each study and seed the first block of each procedure."""
    for system, study in SYSTEMS.items():
        path = f"{RESULTS}/references/{system}.json"
        yield Wanted(path, "reference", partial(specs.reference_spec, study, CONFIG))
    for name, study in STUDIES.items():
        first = {
            block.procedure: block
            for block in reversed(layout.all_blocks(study, CONFIG.rounds_per_job))
        }
        for seed in study.seeds:
            for block in first.values():
                about = (study, seed, block)
                yield Wanted(
                    stored(name, seed, block.name, ".history.safetensors"),
                    "histories",
                    partial(specs.training_spec, *about),
                )
                yield Wanted(
                    stored(name, seed, block.name, ".evaluation.json"),
                    "evaluation",
                    partial(specs.evaluation_spec, *about),
                )


# Before the first job such results are refused; where there is none to do, they would be taken as good without a word.
OTHERWISE = made_otherwise(examples()) if workflow.is_main_process else []


def tell_otherwise():
    """Say at the very end what was made otherwise; Snakemake notes it as good now where that is asked of it."""
    if OTHERWISE and not workflow.touch:
        print(*OTHERWISE, sep="\n", file=sys.stderr, flush=True)


atexit.register(tell_otherwise)
