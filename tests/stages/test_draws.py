import numpy as np
import pandas as pd
import pytest
from figures import synthetic

from sparse_nqs.stages.draws import draw_rows, first_draws, student_interval
from sparse_nqs.storage.tables import write_table


def test_interval_of_five_draws():
    # Half-width t s / sqrt(5), with t = 8.610 for 99.9 % and four degrees of freedom (printed tables).
    mean, low, high = student_interval(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    assert mean == 3.0
    assert (mean - low, high - mean) == pytest.approx((8.610 * 0.7071068,) * 2, rel=1e-4)


def test_intervals_hold_the_mean_as_often_as_they_say():
    draws = np.random.default_rng(0).normal(3.0, 0.5, (4000, 5))
    intervals = [student_interval(row, 0.9) for row in draws]
    held = np.mean([low < 3.0 < high for _, low, high in intervals])
    assert held == pytest.approx(0.9, abs=0.02)


def rounds(errors, **of_others):
    row = synthetic.rounds_table("s").iloc[0].to_dict()
    rows = [
        row | {"procedure": "t_rand_imp", "round": 4, "draw": draw, "rel_error": error}
        for draw, error in enumerate(errors)
    ]
    rows += [row | {"procedure": "t_init_imp", "round": 4, "draw": 0, "rel_error": 0.25} | of_others]
    return pd.DataFrame(rows)


def test_a_row_for_what_was_drawn_more_than_once(tmp_path):
    (found,) = draw_rows(rounds([0.1, 0.2, 0.3]))
    assert (found["procedure"], found["round"], found["draws"]) == ("t_rand_imp", 4, 3)
    assert found["mean_rel_error"] == pytest.approx(0.2)
    assert found["std_rel_error"] == pytest.approx(0.1)
    assert found["t_init_imp_rel_error"] == 0.25
    write_table(tmp_path / "draws.parquet", "draws", [found])


def test_the_ticket_of_another_round_is_not_taken():
    (found,) = draw_rows(rounds([0.1, 0.3], round=5))
    assert found["t_init_imp_rel_error"] is None


def test_without_relative_errors_there_is_no_mean(tmp_path):
    (found,) = draw_rows(rounds([np.nan, np.nan]))
    assert (found["mean_rel_error"], found["low"], found["std_rel_error"]) == (None, None, None)
    write_table(tmp_path / "draws.parquet", "draws", [found])


def test_figures_see_the_first_draw():
    table = rounds([0.1, 0.2, 0.3])
    assert first_draws(table)["rel_error"].tolist() == [0.1, 0.25]
    assert len(first_draws(table.drop(columns="draw"))) == 4
