"""The table of the analytic network: sums and samples against the closed form."""

import numpy as np
import pandas as pd
import pytest

from sparse_nqs.stages.plaquettes import LINE, plaquette_rows
from sparse_nqs.storage.table_schemas import TABLES
from sparse_nqs.storage.tables import read_table, write_table

EVALUATION = {
    "exact_max_spins": 8,
    "chains": 256,
    "samples_per_chain": 16,
    "sweeps": 2,
    "thermalisation": 60,
    "target_error": None,
    "max_samples_per_chain": 4096,
}
WEIGHTS = [0.1, 0.25, 0.4, 2.0]
COLUMNS = ("excess_per_site", "variance_per_site")


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("networks") / "networks.parquet"
    spec = {"lengths": [2, 4], "weights": WEIGHTS, "evaluation": EVALUATION, "seed": 1}
    write_table(path, "plaquette_networks", list(plaquette_rows(spec)), {"figure": "f"})
    return read_table(path, "plaquette_networks", {"figure": "f"})


def compared(table, length):
    """What was measured of one size beside the closed form."""
    own = table[table["length"] == length]
    form = own[own["method"] == "closed_form"]
    return own[own["method"] != "closed_form"].merge(form, on="weight", suffixes=("", "_form"))


def test_every_weight_has_a_value_and_the_line_is_dense(table):
    assert list(table.columns) == list(TABLES["plaquette_networks"])
    for length, method in ((2, "exact"), (4, "sampled")):
        both = compared(table, length)
        assert both["weight"].tolist() == WEIGHTS and set(both["method"]) == {method}
    counts = table.groupby(["length", "method"]).size()
    assert counts[2, "closed_form"] == LINE + 2  # 0.1 and 2.0 are its ends
    np.testing.assert_allclose(table["energy_per_site"] + 1, table["excess_per_site"], atol=1e-15)


def test_sums_are_the_closed_form(table):
    both = compared(table, 2)
    for column in COLUMNS:
        np.testing.assert_allclose(both[column], both[f"{column}_form"], atol=1e-11)
        assert (both[f"{column}_error"] == 0).all()
    assert both["n_samples"].isna().all()


def test_samples_agree_with_the_closed_form_within_their_errors(table):
    both = compared(table, 4)
    some = both[both["weight"] < 1]
    for column in COLUMNS:
        pulls = (some[column] - some[f"{column}_form"]) / some[f"{column}_error"]
        assert (pulls.abs() < 4).all() and (some[f"{column}_error"] < 0.1 * some[column]).all()
    assert (both["n_samples"] == 4096).all() and (both["chains"] == 256).all()


def test_samples_without_a_violated_plaquette_have_no_error(table):
    last = compared(table, 4).set_index("weight").loc[2.0]
    assert last["excess_per_site"] == pytest.approx(0.0, abs=1e-12)
    assert all(pd.isna(last[f"{column}_error"]) for column in COLUMNS)
