"""The smallest study from the Hamiltonian to a figure: every kind of job that studies have, and the right numbers.

`make test` runs this one; the tests of the larger study set beside it are slow.
"""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from check_study import faults
from checkout import Project
from pauli import dense_matrix

import sparse_nqs as snqs
from sparse_nqs.blocks import DENSE
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


def test_a_notebook_gets_the_same_numbers(run):
    study = snqs.study(CONFIG["studies"]["ising"], "ising")
    experiment = snqs.experiment(study, seed=0)
    dense = snqs.train(experiment)
    chain = snqs.prune(experiment, dense)
    alone = snqs.isolate(experiment, chain[0], "t_init_imp")
    seed = run.folder / "results" / "studies" / "ising" / "seed_0"
    for trained, name in (
        ([snqs.initialise(experiment)], "init"),
        ([dense], DENSE.name),
        (chain, "imp_wr/rounds_0001-0002"),
        ([alone], "t_init_imp/rounds_0001-0001"),
    ):
        states = snqs.read_states(seed / f"{name}.safetensors")
        for ours, theirs in zip(trained, states, strict=True):
            assert (ours.state.round, ours.state.steps) == (theirs.round, theirs.steps)
            np.testing.assert_array_equal(ours.state.params["kernel"], theirs.params["kernel"])
            np.testing.assert_array_equal(ours.state.masks["kernel"], theirs.masks["kernel"])
    rounds = snqs.read_results(run.folder / "results", "rounds").set_index(["procedure", "round"])
    for trained in (dense, *chain, alone):
        stored = rounds.loc[(trained.procedure, trained.state.round), "energy"]
        assert snqs.evaluate(experiment, trained).energy.value == stored
    fidelities = snqs.read_results(run.folder / "results", "fidelities")["fidelity"]
    pairs = pairwise([dense, *chain])
    assert [snqs.fidelity(experiment, a, b).value for a, b in pairs] == fidelities.tolist()
    assert snqs.reference(experiment).energy == rounds["reference_energy"].iloc[0]


def test_its_figure_is_drawn_and_nothing_is_left_to_do(run):
    figure = run.folder / "results" / "figures" / "isolated"
    assert figure.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    assert figure.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    assert run.planned() == Counter()
