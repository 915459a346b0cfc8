import numpy as np
import pandas as pd
import pytest
from figures import synthetic

from sparse_nqs import published
from sparse_nqs.report import scoreboard
from sparse_nqs.stages.published_comparison import comparison_rows
from sparse_nqs.stages.scaling import region_rows
from sparse_nqs.storage.table_schemas import TABLES
from sparse_nqs.storage.tables import read_table, write_table

NO_FIDELITIES = synthetic.fidelities_table(synthetic.rounds_table("none", rounds=2, isolated=())).iloc[:0]
NO_REGIONS = pd.DataFrame(columns=list(TABLES["regions"]))


def curve(figure, name):
    (found,) = [entry for entry in published.series() if (entry.figure, entry.name) == (figure, name)]
    return found


def ours(entry: published.Series, factor: float, **changes) -> pd.DataFrame:
    """A study of the paper's own network whose errors are those of a published curve times a factor."""
    known = entry.value > 0
    n, value = entry.n_active[known], entry.value[known]
    table = pd.DataFrame({"n_active": n, "round": np.arange(len(n)), entry.quantity: factor * value})
    other = {"rel_error", "abs_error_per_site"} - {entry.quantity}
    columns = {
        "study": "ours",
        "seed": 0,
        "procedure": entry.procedure,
        "n_total": entry.n_total,
        "model": entry.model,
        "length": entry.length,
        "width": entry.length,
        "boundary": "open",
        "coupling": 1.0,
        "field": entry.field,
        "network": entry.network,
        "n_sites": entry.n_sites,
        "rel_error_error": 0.0,
        "abs_error_per_site_error": 0.0,
        **dict.fromkeys(other, 1.0),
    }
    return table.assign(**columns | changes)


def row_of(rows, figure, quantity):
    (row,) = [row for row in rows if (row["figure"], row["quantity"]) == (figure, quantity)]
    return row


@pytest.mark.parametrize(
    ("factor", "verdict"), [(1.0, "alike"), (0.5, "lower errors"), (3.0, "higher errors"), (1.2, "alike")]
)
def test_a_multiple_of_the_published_curve_is_found_to_be_one(factor, verdict):
    entry = published.corrected(curve("1b", "IMP-WR"))
    row = row_of(comparison_rows(ours(entry, factor), NO_FIDELITIES, NO_REGIONS), "1b", "rel_error")
    assert row["ratio_median"] == pytest.approx(factor) and row["ratio_worst"] == pytest.approx(factor)
    assert row["matched"] == (entry.value > 0).sum() and row["unresolved"] == 0
    assert row["verdict"] == verdict and row["paper_errors"] == "corrected" and row["differences"] == ""


def test_between_published_points_a_power_law_is_interpolated():
    entry = curve("2c", "kappa=4")
    half = ours(entry, 1.0)
    middle = np.sqrt(half["n_active"].to_numpy()[1:] * half["n_active"].to_numpy()[:-1])
    value = np.sqrt(half["abs_error_per_site"].to_numpy()[1:] * half["abs_error_per_site"].to_numpy()[:-1])
    between = half.iloc[1:].assign(n_active=middle, abs_error_per_site=2 * value)
    row = row_of(comparison_rows(between, NO_FIDELITIES, NO_REGIONS), "2c", "abs_error_per_site")
    assert row["ratio_median"] == pytest.approx(2.0) and row["ratio_worst"] == pytest.approx(2.0)


def test_one_bad_point_shows_in_the_worst():
    entry = curve("4a", "IMP-WR")
    table = ours(entry, 0.5, boundary="periodic", coupling=None)
    table.loc[table["round"] == 7, "rel_error"] *= 8
    row = row_of(comparison_rows(table, NO_FIDELITIES, NO_REGIONS), "4a", "rel_error")
    assert row["ratio_worst"] == pytest.approx(4.0)
    assert row["verdict"] == "lower errors, but not everywhere"


def test_unresolved_errors_are_counted_and_left_out():
    table = ours(curve("4a", "IMP-WR"), 1.0, boundary="periodic")
    table.loc[table["round"] < 5, "rel_error_error"] = 1.0
    row = row_of(comparison_rows(table, NO_FIDELITIES, NO_REGIONS), "4a", "rel_error")
    assert row["unresolved"] == 5 and row["matched"] == len(table) - 5


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"length": 4, "width": 4}, "none: 4 x 4, the paper's 10 x 10"),
        ({"boundary": "periodic"}, "none: boundary periodic, the paper's open"),
        ({"n_total": 72}, "none: 72 weights when dense, the paper's 36"),
    ],
)
def test_what_differs_gets_no_verdict(changes, reason):
    entry = curve("1b", "IMP-WR")
    row = row_of(comparison_rows(ours(entry, 1.0, **changes), NO_FIDELITIES, NO_REGIONS), "1b", "rel_error")
    assert row["verdict"] == reason and row["differences"] == reason.removeprefix("none: ")


def test_few_points_get_no_verdict():
    table = ours(curve("1b", "T(rand,imp)"), 1.0).iloc[:2]
    (row,) = comparison_rows(table, NO_FIDELITIES, NO_REGIONS)
    assert row["matched"] == 2 and row["verdict"] == "none: 2 matched points are too few"


def test_boundaries_of_both_come_from_the_same_fit():
    entry = curve("2c", "kappa=5")
    table = ours(entry, 1.0)
    dense = table[table["round"] == 0].assign(procedure="dense")
    table = pd.concat([dense, table[table["round"] > 0]])
    regions = pd.DataFrame(region_rows(table, ["imp_wr"]))
    row = row_of(comparison_rows(table, NO_FIDELITIES, regions), "2c", "abs_error_per_site")
    assert row["hep_start"] is not None
    for name in ("lep_end", "lep_end_low", "hep_start", "hep_start_high"):
        assert row[name] == row[f"paper_{name}"]


def test_fidelities_are_compared_by_their_dips():
    rounds = synthetic.rounds_table("wide", length=4, alpha=8, ratio=0.12, rounds=45, isolated=())
    rows = comparison_rows(rounds, synthetic.fidelities_table(rounds, dip=2.0), NO_REGIONS)
    row = row_of(rows, "3b", "fidelity")
    assert row["paper_dip"] == curve("3b", "L=4").n_active[np.argmin(curve("3b", "L=4").value)]
    assert row["dip"] / 16 == pytest.approx(2.0, rel=0.15)
    assert row["ratio_median"] is None and row["verdict"].startswith("dip at")


def test_the_table_has_its_schema_and_the_pages_its_rows(tmp_path):
    rounds = synthetic.rounds_table("wide", length=4, alpha=8, ratio=0.12, rounds=20)
    rows = comparison_rows(rounds, synthetic.fidelities_table(rounds), NO_REGIONS)
    write_table(tmp_path / "comparison.parquet", "comparison", rows)
    read = read_table(tmp_path / "comparison.parquet", "comparison")
    assert read["figure"].tolist() == [row["figure"] for row in rows] and len(rows) >= 6
    compared = [row for row in rows if row["matched"]]
    assert 0 < len(compared) < len(rows)
    lines = [line for line in scoreboard.markdown(rows).splitlines() if line.startswith("| ")]
    assert len(lines) == 2 + len(rows)
    widths = [len(scoreboard.COLUMNS)] * (1 + len(compared))
    widths += [len(scoreboard.OTHER_COLUMNS)] * (len(lines) - len(widths))
    assert [line.count("|") - 1 for line in lines] == widths
    page = scoreboard.page(rows)
    assert page.count("<tr>") == 2 + len(rows) and "10 x 10" in page


def test_studies_of_other_models_have_no_rows(tmp_path):
    rounds = synthetic.rounds_table("other", rounds=3, isolated=()).assign(model="heisenberg")
    assert comparison_rows(rounds, NO_FIDELITIES, NO_REGIONS) == []
    assert "no curve of the systems" in scoreboard.markdown([]) and "no curve" in scoreboard.page([])
    write_table(tmp_path / "comparison.parquet", "comparison", [])
