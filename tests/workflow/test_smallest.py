"""The smallest study from the Hamiltonian to a figure: every kind of job that studies have, and the right numbers.

`make test` runs this one; the tests of the larger study set beside it are slow.
"""

from collections import Counter

import numpy as np
import pytest
from check_study import faults
from checkout import Project
from pauli import dense_matrix

from sparse_nqs.reading import parse_config
from sparse_nqs.storage.states import read_states
from sparse_nqs.storage.tables import read_table

CONFIG = {
    "rounds_per_job": 2,
    "references": {"max_ed_spins": 4},
    "studies": {
        "ising": {
            "system": {"model": "tfim", "extent": [2, 2], "field": 1.5},
            "network": {"kind": "ffnn", "alpha": 2},
            "seeds": [0],
            "training": {
                "samples": 64,
                "chains": 64,
                "dense_steps": 200,
                "round_steps": 50,
                "learning_rate": 0.05,
            },
            "pruning": {"ratio": 0.3, "rounds": 2},
            "isolated": {"procedures": ["t_init_imp"], "rounds": [1]},
        }
    },
    "figures": {"isolated": {"kind": "isolated", "studies": ["ising"]}},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Project:
    project = Project(tmp_path_factory.mktemp("smallest") / "a folder", CONFIG)
    project.check_out()
    done = project.snakemake("--cores", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def test_its_numbers_are_right(run):
    summaries = run.folder / "results" / "summaries"
    rounds, fidelities = (
        read_table(summaries / f"{name}.parquet", name) for name in ("rounds", "fidelities")
    )
    assert faults(parse_config(CONFIG), rounds, fidelities) == []
    # By hand: 32 weights, three in ten go at a round.
    assert rounds.set_index(["procedure", "round"])["n_active"].to_dict() == {
        ("dense", 0): 32,
        ("imp_wr", 1): 22,
        ("imp_wr", 2): 15,
        ("t_init_imp", 1): 22,
    }
    bonds = ("ZZII", "IIZZ", "ZIZI", "IZIZ")
    flips = ("XIII", "IXII", "IIXI", "IIIX")
    energy = np.linalg.eigvalsh(dense_matrix([*bonds, *flips], [-1.0] * 4 + [-1.5] * 4))[0]
    np.testing.assert_allclose(rounds["reference_energy"], energy, rtol=1e-10)


def test_its_states_are_zero_where_they_are_pruned(run):
    seed = run.folder / "results" / "studies" / "ising" / "seed_0"
    chain = read_states(seed / "imp_wr" / "rounds_0001-0002.safetensors")
    (alone,) = read_states(seed / "t_init_imp" / "rounds_0001-0001.safetensors")
    for state in (*chain, alone):
        np.testing.assert_array_equal(state.params["kernel"] != 0.0, state.masks["kernel"])
    np.testing.assert_array_equal(alone.masks["kernel"], chain[0].masks["kernel"])
    assert not (chain[1].masks["kernel"] & ~chain[0].masks["kernel"]).any()


def test_its_figure_is_drawn_and_nothing_is_left_to_do(run):
    figure = run.folder / "results" / "figures" / "isolated"
    assert figure.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    assert figure.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    assert run.planned() == Counter()
