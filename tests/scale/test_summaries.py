"""The tables of ten thousand states: time and memory of the script that collects them."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from stages.test_summary import ENTRY, REFERENCE

from sparse_nqs.blocks import listed_blocks
from sparse_nqs.planning import specs
from sparse_nqs.reading import parse_config
from sparse_nqs.stages.block_origin import origin_of
from sparse_nqs.storage.results import write_result
from sparse_nqs.storage.states import MEASURED, Origin, RoundHistory, write_histories
from sparse_nqs.storage.tables import read_table

from .measured import run_measured

SOURCE = Path(__file__).resolve().parents[2]
SEEDS, ROUNDS, STEPS = 100, 99, 1000
TABLES = ("rounds", "fidelities", "histories", "provenance")
MADE_BY = {name: 16 * "0" for name in ("spec_hash", "code_hash", "versions", "machine")}

pytestmark = pytest.mark.slow


@pytest.fixture
def spec() -> dict:
    study = {
        "system": {"model": "tfim", "extent": [10, 10]},
        "network": {"kind": "ffnn", "alpha": 8},
        "seeds": list(range(SEEDS)),
        "pruning": {"ratio": 0.05, "rounds": ROUNDS},
    }
    config = parse_config({"rounds_per_job": 10, "studies": {"many": study}})
    return json.loads(specs.study_summary_spec(config, "many"))


def make_evaluation(round_index: int) -> dict:
    return ENTRY | {"round": round_index, "n_active": 1000 - round_index, "n_total": 1000, "steps": STEPS}


def make_pair(round_index: int) -> dict:
    counts = {"n_active_a": 1001 - round_index, "n_active_b": 1000 - round_index}
    rounds = {"round_a": round_index - 1, "round_b": round_index}
    return {**rounds, **counts, "fidelity": 0.9, "fidelity_error": 0.01, "method": "sampled"}


def write_inputs(folder: Path, spec: dict) -> None:
    """What the stages before leave behind for all seeds."""
    energies = np.random.default_rng(0).normal(size=(len(MEASURED), STEPS))
    for seed in spec["seeds"]:
        for block in listed_blocks(**spec["blocks"]):
            stem = folder / f"seed_{seed}" / block.name
            origin = Origin(spec["study"], seed, block.procedure)
            rounds = range(block.first, block.last + 1)
            histories = [RoundHistory(k, *energies, 1.0, made_by=MADE_BY) for k in rounds]
            write_histories(f"{stem}.history.safetensors", origin, histories)
            of_block = origin_of(spec["study"], seed, block)
            evaluation = {"made_by": MADE_BY, "rounds": [*map(make_evaluation, rounds)]}
            write_result(f"{stem}.evaluation.json", "evaluation", evaluation, of_block)
            if block.procedure != "dense":
                pairs = {"made_by": MADE_BY, "pairs": [*map(make_pair, rounds)]}
                write_result(f"{stem}.fidelities.json", "fidelities", pairs, of_block)


def test_ten_thousand_states_take_seconds_and_little_memory(tmp_path, spec):
    folder = tmp_path / "studies" / "many"
    write_inputs(folder, spec)
    reference = tmp_path / "reference.json"
    write_result(reference, "reference", REFERENCE | {"made_by": MADE_BY}, {"system": spec["system"]})
    tables = {name: folder / "tables" / f"{name}.parquet" for name in TABLES}
    command = [sys.executable, "-m", "workflow_scripts.summarise_study", "--spec", json.dumps(spec)]
    command += [
        "--results",
        tmp_path,
        "--reference",
        reference,
        *(part for name in tables for part in (f"--{name}", tables[name])),
    ]
    # No command grows with the number of states.
    assert sum(len(str(word)) for word in command) < 2000

    run = run_measured(command, tmp_path, PYTHONPATH=str(SOURCE))
    print(f"{run.seconds:.1f} s of processor time, {run.megabytes:.0f} MB")

    n_states = SEEDS * (1 + ROUNDS)
    assert n_states == 10_000
    rounds = read_table(tables["rounds"], "rounds")
    assert len(rounds) == n_states
    assert len(rounds.drop_duplicates(["seed", "procedure", "round"])) == n_states
    assert len(read_table(tables["fidelities"], "fidelities")) == SEEDS * ROUNDS
    assert len(read_table(tables["histories"], "histories")) == n_states * 201
    # Training and evaluation of every state, the fidelity of all but the dense ones, and the reference.
    assert len(read_table(tables["provenance"], "provenance")) == 2 * n_states + SEEDS * ROUNDS + 1
    assert run.seconds < 60
    # The histories alone are 240 MB.
    assert run.megabytes < 500
