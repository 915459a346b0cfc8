import json
import subprocess
import sys

import numpy as np
import pytest

from sparse_nqs.evaluation import Observable
from sparse_nqs.planning import specs
from sparse_nqs.reading import parse_config
from sparse_nqs.stages.summary import (
    describe_study,
    fidelity_row,
    history_columns,
    observable_rows,
    round_row,
)
from sparse_nqs.storage.states import MEASURED, RoundHistory
from sparse_nqs.storage.table_schemas import TABLES
from sparse_nqs.storage.tables import read_table, table_writer, write_table

NETWORK = {"kind": "ffnn", "alpha": 2, "init_std": 0.01}
STUDIES = {
    "tfim": {
        "system": {"model": "tfim", "extent": [2, 3], "boundary": "periodic", "coupling": 1.0, "field": 3.0},
        "network": NETWORK,
        "training": {"samples": 64, "chains": 32, "learning_rate": 0.05},
        "pruning": {"rounds": 3},
    },
    "toric_code": {
        "system": {"model": "toric_code", "length": 3},
        "network": NETWORK,
        "pruning": {"rounds": 3},
    },
}
CHAIN = {"study": "s", "seed": 1, "procedure": "imp_wr"}
WHERE = CHAIN | {"draw": 0}
REFERENCE = {
    "energy": -17.9,
    "extrapolated_energy": -18.0,
    "error": 0.12,
    "method": "dmrg",
    "relative_to": 18.0,
}
ENTRY = {
    "round": 2,
    "steps": 50,
    "method": "sampled",
    "n_active": 36,
    "n_total": 72,
    **{"energy": -17.1, "energy_error": 0.09, "variance": 1.5, "variance_error": 0.1},
    **{"m_z": -0.01, "m_z_error": 0.02, "m_z_abs": 0.2, "m_z_abs_error": 0.01, "m_x": 0.9, "m_x_error": 0.03},
    "v_score": 0.09,
    **{"n_samples": 640, "autocorrelation_time": 2.5, "effective_samples": 256.0, "r_hat": 1.01},
}


def make_history(steps):
    return RoundHistory(2, *np.random.default_rng(0).normal(size=(len(MEASURED), steps)), 12.5)


def summary_spec(model):
    config = parse_config({"rounds_per_job": 3, "studies": {"s": STUDIES[model]}})
    return json.loads(specs.study_summary_spec(config, "s"))


@pytest.mark.parametrize("model", STUDIES)
def test_rows_have_exactly_the_columns_of_the_schema(model, tmp_path):
    description = describe_study(summary_spec(model))
    row = round_row(WHERE, ENTRY, make_history(50), REFERENCE, description)
    assert set(row) == set(TABLES["rounds"])
    write_table(tmp_path / "rounds.parquet", "rounds", [row])
    read = read_table(tmp_path / "rounds.parquet", "rounds").iloc[0]
    for name, value in row.items():
        assert read[name] == value or (value is None and np.isnan(read[name]))


def test_the_description_of_an_ising_study():
    assert describe_study(summary_spec("tfim")) == {
        "network": "ffnn",
        "alpha": 2,
        "model": "tfim",
        "length": 2,
        "width": 3,
        "n_sites": 6,
        "boundary": "periodic",
        "coupling": 1.0,
        "field": 3.0,
        "options": "{}",
        "learning_rate": 0.05,
        "samples": 64,
        "sampling_power": 2.0,
    }


def test_the_description_of_a_toric_code_study():
    description = describe_study(summary_spec("toric_code"))
    assert (description["length"], description["width"], description["n_sites"]) == (3, 3, 18)
    assert description["boundary"] == "periodic"
    assert description["field"] is None and description["coupling"] is None


def test_derived_numbers():
    row = round_row(WHERE, ENTRY, make_history(50), REFERENCE, describe_study(summary_spec("toric_code")))
    assert row["density"] == 0.5
    assert row["rho"] == 2.0
    assert row["rel_error"] == pytest.approx(0.05)
    # Sampling 0.09 and reference 0.12 together are 0.15.
    for unit, name in (("rel_error", 18), ("abs_error_per_site", 18)):
        found = [row[f"{unit}{part}"] for part in ("_error", "_sampling_error", "_reference_error")]
        assert found == pytest.approx([0.15 / name, 0.09 / name, 0.12 / name])
    assert row["abs_error_per_site"] == pytest.approx(0.05)
    assert row["v_score"] == 0.09
    assert row["seconds_per_step"] == 0.25
    assert (row["reference_energy"], row["reference_error"], row["reference_method"]) == (-18.0, 0.12, "dmrg")
    # The entry's own method and error, not the reference's.
    assert (row["method"], row["energy_error"]) == ("sampled", 0.09)


def test_retries_after_divergence_are_recorded():
    description = describe_study(summary_spec("tfim"))
    for retries in (0, 3):
        history = make_history(50)._replace(retries=retries)
        assert round_row(WHERE, ENTRY, history, REFERENCE, description)["divergence_retries"] == retries


def test_an_energy_below_the_reference_has_a_negative_error():
    row = round_row(
        WHERE, ENTRY | {"energy": -18.5}, make_history(1), REFERENCE, describe_study(summary_spec("tfim"))
    )
    assert row["rel_error"] < 0.0
    assert row["abs_error_per_site"] < 0.0


def test_without_a_ground_energy_to_divide_by_there_are_absolute_errors_alone(tmp_path):
    zero = {"energy": 1e-16, "extrapolated_energy": 1e-16, "error": 0.0, "method": "ed", "relative_to": None}
    description = describe_study(summary_spec("toric_code"))
    row = round_row(WHERE, ENTRY | {"energy": 0.9}, make_history(1), zero, description)
    relative = {name: value for name, value in row.items() if name.startswith("rel_error")}
    assert len(relative) == 4 and set(relative.values()) == {None}
    assert row["abs_error_per_site"] == pytest.approx(0.05)
    assert row["abs_error_per_site_error"] == pytest.approx(0.005)
    write_table(tmp_path / "rounds.parquet", "rounds", [row])


def test_a_fidelity_row(tmp_path):
    pair = {
        **{"round_a": 1, "round_b": 2, "n_active_a": 36, "n_active_b": 18},
        **{"fidelity": 0.99, "fidelity_error": 0.0, "method": "exact"},
    }
    row = fidelity_row(CHAIN, pair, 18)
    assert set(row) == set(TABLES["fidelities"])
    assert (row["rho_a"], row["rho_b"]) == (2.0, 1.0)
    write_table(tmp_path / "fidelities.parquet", "fidelities", [row])


@pytest.mark.parametrize("steps", [1, 2, 199, 200, 201, 399, 400, 1000, 12345])
def test_thinned_histories_keep_both_ends(steps):
    history = make_history(steps)
    columns = history_columns(history)
    kept = columns["step"].tolist()
    assert kept[0] == 0
    assert kept[-1] == steps - 1
    assert kept == sorted(set(kept))
    assert min(steps, 100) <= len(kept) <= 201
    assert len(set(np.diff(kept[:-1]))) <= 1
    for name in MEASURED:
        assert columns[name].tolist() == [getattr(history, name)[step] for step in kept]


def test_history_columns_make_a_table(tmp_path):
    with table_writer(tmp_path / "histories.parquet", "histories") as writer:
        writer.add_columns({**WHERE, "round": 2}, history_columns(make_history(3)))
    read = read_table(tmp_path / "histories.parquet", "histories")
    assert read["step"].tolist() == [0, 1, 2]
    assert read["round"].tolist() == [2, 2, 2]
    assert read["energy"].tolist() == make_history(3).energy.tolist()


def test_summaries_need_no_jax():
    script = (
        "import sys, sparse_nqs.stages.summary; print([m for m in ('jax', 'netket') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_observable_rows_name_the_first_and_the_last_spin_and_have_the_total():
    one = Observable("z", np.array([[0], [1]]), np.array([0.1, 0.2]), np.array([0.0, 0.01]), 0.3, 0.02)
    pairs = np.array([[0, 0], [0, 1], [1, 1]])
    two = Observable("xx", pairs, np.array([1.0, 0.5, 1.0]), np.array([0.0, 0.1, 0.0]), 3.0, 0.2)
    three = Observable("xxx", np.array([[0, 2, 1]]), np.array([0.4]), np.array([0.0]), 0.4, 0.0)
    rows = [row for observable in (one, two, three) for row in observable_rows({"round": 3}, observable)]
    assert {row.pop("round") for row in rows} == {3}
    assert [tuple(row.values()) for row in rows] == [
        ("z", 0, None, 0.1, 0.0),
        ("z", 1, None, 0.2, 0.01),
        ("z_total", None, None, 0.3, 0.02),
        ("xx", 0, 0, 1.0, 0.0),
        ("xx", 0, 1, 0.5, 0.1),
        ("xx", 1, 1, 1.0, 0.0),
        ("xx_total", None, None, 3.0, 0.2),
        ("xxx", 0, 1, 0.4, 0.0),
        ("xxx_total", None, None, 0.4, 0.0),
    ]
