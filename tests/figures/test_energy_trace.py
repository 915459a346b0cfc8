"""The energy over the steps of all rounds, against steps that are counted by hand."""

import numpy as np
import pandas as pd
import pytest

from sparse_nqs.figures import caption, draw
from sparse_nqs.figures.energy_trace import rises_of

from . import synthetic

FIGURE = {"study": "s", "procedures": ["imp_ct", "imp_wr"], "seed": 3}


def of_training(procedure, number, steps, energies, seed=3):
    where = {"study": "s", "seed": seed, "procedure": procedure, "round": number}
    return pd.DataFrame({**where, "step": steps, "energy": energies, "energy_error": 0.8})


@pytest.fixture
def tables():
    """Eleven steps dense, then rounds of six and of seven; every second step is there, and the last one."""
    rounds = synthetic.rounds_table("s", seeds=(3,), rounds=2, isolated=(), chains=("imp_wr", "imp_ct"))
    dense = of_training("dense", 0, [0, 2, 4, 6, 8, 10], -40.0)
    parts = [
        of_training(name, number, [0, 2, 4, last], -32.0 + number)
        for name in ("imp_wr", "imp_ct")
        for number, last in ((2, 6), (1, 5))
    ]
    other = of_training("imp_ct", 1, [0, 5], 99.0, seed=4)
    return {"rounds": rounds, "histories": pd.concat([dense, *parts, other])}


def test_rounds_follow_one_another(tables):
    energies, errors = draw("energy_trace", tables, FIGURE, {}).axes
    dense, *chains = [line for line in energies.get_lines() if line.get_gid() == "curve"]
    assert [line.get_label() for line in (dense, *chains)] == ["dense network", "IMP-CT", "IMP-WR"]
    assert dense.get_xdata().tolist() == [0, 2, 4, 6, 8, 10]
    for line in chains:
        assert line.get_xdata().tolist() == [11, 13, 15, 16, 17, 19, 21, 23]
        np.testing.assert_allclose(line.get_ydata(), [-31 / 16] * 4 + [-30 / 16] * 4)
    assert chains[0].get_zorder() > chains[1].get_zorder()
    assert [line.get_xdata()[0] for line in errors.get_lines() if line.get_gid() == "round"] == [11, 17]
    (ground,) = [line for line in energies.get_lines() if line.get_gid() == "ground"]
    assert ground.get_ydata()[0] == pytest.approx(-3.1786)
    text = caption("energy_trace", tables, FIGURE)
    assert "IMP-CT, IMP-WR, one after another: one step in 2 of the dense training, one step in 2 of" in text
    assert "Seed 3. All values are sampled" in text and "of 0.05 per spin (median)" in text
    # From -40 to -31, then from there to -30, over 16 spins.
    assert "IMP-CT: the first step of a round lies 0.312 per spin above" in text


def test_steps_below_the_ground_energy_are_gaps(tables):
    histories = tables["histories"].copy()
    below = (histories["procedure"] == "imp_ct") & (histories["step"] == 2)
    histories.loc[below, "energy"] = -51.0
    errors = draw("energy_trace", tables | {"histories": histories}, FIGURE, {}).axes[1]
    line = next(line for line in errors.get_lines() if line.get_label() == "IMP-CT")
    assert np.flatnonzero(np.isnan(line.get_ydata())).tolist() == [1, 5]


def test_how_far_a_round_begins_above_the_one_before_and_how_soon_it_is_back():
    step = np.arange(100)
    settled = 0.001 * (-1.0) ** step
    dense = pd.DataFrame({"round": 0, "step": step, "per_spin": -1.0 + settled})
    falls = pd.DataFrame({"round": 1, "step": step, "per_spin": -0.9 + 0.5 * np.exp(-step / 10) + settled})
    flat = pd.DataFrame({"round": 2, "step": step, "per_spin": -0.8 + settled})
    first, second = rises_of(dense, pd.concat([falls, flat]))
    assert first.height == pytest.approx(0.6, abs=0.002)
    assert first.steps in (22, 23, 24)  # exp(-2.3) is a tenth
    assert second.height == pytest.approx(0.1, abs=0.002) and np.isnan(second.steps)


def test_a_long_trace_marks_some_rounds(tables):
    rounds = synthetic.rounds_table("s", length=10, alpha=5, seeds=(3,), rounds=60, ratio=0.12, isolated=())
    made = {"rounds": rounds, "histories": synthetic.histories_table(rounds, steps=4)}
    figure = draw("energy_trace", made, FIGURE | {"procedures": ["imp_wr"]}, {})
    marks = [line.get_xdata()[0] for line in figure.axes[0].get_lines() if line.get_gid() == "round"]
    assert marks == [4 + 20 * number for number in range(12)]
    assert "one round in 5 begins" in [text.get_text() for text in figure.legends[0].get_texts()]


def test_what_is_missing_is_named(tables):
    with pytest.raises(ValueError, match="no rows with study s, seed 5; for seed there is: 3, 4"):
        draw("energy_trace", tables, FIGURE | {"seed": 5}, {})
    with pytest.raises(ValueError, match="procedure irp_wr; for procedure there is: dense, imp_ct, imp_wr"):
        draw("energy_trace", tables, FIGURE | {"procedures": ["irp_wr"]}, {})
