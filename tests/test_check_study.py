"""The check at the end of `make check` finds what it is there for."""

from pathlib import Path

import pandas as pd
import pytest
from check_study import faults

from sparse_nqs.reading import load_config

CONFIG = load_config(Path(__file__).resolve().parents[1] / "configs" / "check.yaml")
# By hand: 162 and 256 weights, three in ten go at a round.
COUNTS = {"ising": [162, 113, 79, 55, 39], "toric": [256, 179, 125]}


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """What a good run would have."""
    rounds, pairs = [], []
    for study, chains in (("ising", ["imp_wr"]), ("toric", ["imp_wr", "irp_wr"])):
        counts = COUNTS[study]
        states = [("dense", 0)] + [(chain, k) for chain in chains for k in range(1, len(counts))]
        states += [("t_rand_imp", 2)] if study == "ising" else []
        for procedure, k in states:
            row = {
                "study": study,
                "procedure": procedure,
                "round": k,
                "n_active": counts[k],
                "n_total": counts[0],
            }
            row |= {"energy": -9.999, "reference_energy": -10.0, "energy_error": 0.0, "reference_error": 0.0}
            rounds.append({**row, "rel_error": 1e-4})
        pairs += [
            {"study": study, "fidelity": 0.99, "fidelity_error": 0.0}
            for _ in chains
            for _ in range(len(counts) - 1)
        ]
    return pd.DataFrame(rounds), pd.DataFrame(pairs)


def test_a_good_run_has_no_faults():
    assert faults(CONFIG, *tables()) == []


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("n_active", 161, "ising: round 0 has another number of weights"),
        ("energy", -10.1, "ising: dense 0 lies below the ground energy"),
        ("rel_error", 0.2, "ising: the dense network has an error of 0.2; allowed is 0.01"),
        ("rel_error", float("nan"), "ising: the dense network has an error of nan; allowed is 0.01"),
    ],
)
def test_a_wrong_number_is_found(column, value, words):
    rounds, pairs = tables()
    rounds.loc[0, column] = value
    assert faults(CONFIG, rounds, pairs) == [words]


def test_a_sampled_energy_may_lie_below_within_its_error():
    rounds, pairs = tables()
    rounds.loc[0, ["energy", "energy_error"]] = [-10.1, 0.05]
    assert faults(CONFIG, rounds, pairs) == []


def test_missing_states_and_wrong_fidelities_are_found():
    rounds, pairs = tables()
    assert faults(CONFIG, rounds.iloc[1:], pairs) == ["ising: 5 states, and 6 are asked for"]
    pairs.loc[0, "fidelity"] = 1.2
    assert faults(CONFIG, rounds, pairs.iloc[:-1]) == [
        "ising: a fidelity of 1.2",
        "toric: 3 neighbour fidelities",
    ]
