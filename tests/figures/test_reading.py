"""Figures that show numbers worked out from the tables, and the paper's curves below ours."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import colors

from sparse_nqs import published
from sparse_nqs.analysis.sparsity import sparsity_reached
from sparse_nqs.figures import draw
from sparse_nqs.figures.style import GREY, NETWORKS, PROCEDURES

from . import synthetic


def named(ax, gid):
    return [artist for artist in ax.get_children() if artist.get_gid() == gid]


def legend_texts(owner):
    return [text.get_text() for text in owner.get_texts()]


def curve(figure, name):
    (found,) = [entry for entry in published.series() if (entry.figure, entry.name) == (figure, name)]
    return found


def test_published_curves_have_the_colour_of_their_procedure(drawn):
    (ax,) = drawn["isolated_published"].axes[:1]
    lines = {line.get_color(): line for line in named(ax, "published")}
    assert set(lines) == {
        PROCEDURES[name].colour for name in ("imp_wr", "t_init_imp", "t_rand_imp", "t_init_rand")
    }
    shifted = published.corrected(curve("1a", "IMP-WR"))
    positive = shifted.value > 0
    drawn_line = lines[PROCEDURES["imp_wr"].colour]
    np.testing.assert_array_equal(drawn_line.get_ydata(), shifted.value[positive])
    np.testing.assert_array_equal(drawn_line.get_xdata(), shifted.n_active[positive])
    assert drawn_line.get_zorder() < min(line.get_zorder() for line in named(ax, "curve"))
    assert "paper, Fig. 1a ($E_0$ corrected)" in legend_texts(drawn["isolated_published"].legends[0])


def test_published_curves_may_be_as_printed_or_absent(asked):
    kind, tables, figure = asked["error_scan_published"]
    shown = draw(kind, tables, {**figure, "published": "unshifted"}, {})
    (line,) = named(shown.axes[0], "published")
    np.testing.assert_array_equal(line.get_ydata(), curve("2a", "alpha=5").value)
    assert "paper, Fig. 2a" in legend_texts(shown.legends[0])
    assert not named(draw(kind, tables, {**figure, "published": "none"}, {}).axes[0], "published")
    bare = {name: value for name, value in figure.items() if name != "published"}
    assert not named(draw(kind, tables, bare, {}).axes[0], "published")


def test_other_systems_have_no_published_curve(asked):
    kind, tables, figure = asked["isolated"]
    shown = draw(kind, tables, {**figure, "published": "shifted"}, {})
    assert not named(shown.axes[0], "published")  # the paper has isolated trainings at 10 x 10 alone


def test_sizes_have_error_and_fidelity(drawn):
    panels = drawn["size_scan_published"].axes
    assert [len(named(ax, "published")) for ax in panels] == [1, 1, 0, 0]
    np.testing.assert_array_equal(named(panels[1], "published")[0].get_ydata(), curve("3b", "L=4").value)
    np.testing.assert_allclose(named(panels[1], "published")[0].get_xdata()[0], 112.625)


@pytest.mark.parametrize("case", ["isolated_published", "size_scan_published", "toric_published"])
def test_published_points_lie_within_the_axes(drawn, case):
    for ax in drawn[case].axes:
        for line in named(ax, "published"):
            points = line.get_transform().transform(line.get_xydata())
            assert all(ax.bbox.padded(0.5).contains(*point) for point in points)


def test_another_width_says_so_and_is_grey_if_it_stands_for_several(asked):
    kind, _, figure = asked["error_scan_published"]
    other = {"rounds": synthetic.rounds_table("large", length=10, alpha=2, ratio=0.3, rounds=9, isolated=())}
    shown = draw(kind, other, figure, {})
    assert "paper, Fig. 2a ($E_0$ corrected, other width)" in legend_texts(shown.legends[0])
    (line,) = named(shown.axes[0], "published")
    assert line.get_color() == named(shown.axes[0], "curve")[0].get_color()
    np.testing.assert_array_equal(
        line.get_xdata(),
        curve("2a", "alpha=2.5").n_active[published.corrected(curve("2a", "alpha=2.5")).value > 0],
    )
    both = {"rounds": pd.concat([other["rounds"], other["rounds"].assign(study="twin")])}
    shown = draw(kind, both, {**figure, "studies": ["large", "twin"]}, {})
    (line,) = named(shown.axes[0], "published")
    assert line.get_color() == GREY


def test_the_inset_hides_no_data(drawn):
    figure = drawn["isolated_published"]
    ax = figure.axes[0]
    (inset,) = ax.child_axes
    box = inset.get_tightbbox()
    for line in [*named(ax, "curve"), *named(ax, "published")]:
        points = line.get_transform().transform(line.get_xydata())
        assert not any(box.contains(*point) for point in points)
    assert ax.bbox.padded(0.5).contains(box.x0, box.y0) and ax.bbox.padded(0.5).contains(box.x1, box.y1)
    assert len(named(inset, "dense")) == 3 and len(named(inset, "ground")) == 1


def test_energy_and_variance_are_per_spin(drawn, asked):
    (ax,) = drawn["energy_variance"].axes
    rounds = asked["energy_variance"][1]["rounds"]
    dense = rounds[rounds["procedure"] == "dense"].set_index("study")
    points = {line.get_label(): line for line in named(ax, "dense")}
    assert [label.split(",")[0] for label in points] == ["FFNN", "CNN", "ResCNN"]
    for study, line in zip(("dense", "conv", "deep"), points.values(), strict=True):
        np.testing.assert_allclose(line.get_ydata(), dense.loc[study, "energy"] / 16)
        np.testing.assert_allclose(line.get_xdata(), dense.loc[study, "variance"] / 16)
        assert line.get_marker() == NETWORKS[dense.loc[study, "network"].iloc[0]].marker
    (ground,) = named(ax, "ground")
    assert ground.get_ydata()[0] == pytest.approx(-3.1786)
    assert not named(ax, "published")  # the paper has them at 10 x 10


def test_networks_of_a_kind_are_told_apart_without_colours(asked):
    sizes = (328, 620, 1204, 1232, 2400, 4700)
    rounds = pd.concat(
        [
            synthetic.rounds_table(f"r{n}", rounds=1, isolated=()).assign(network="res_cnn", n_total=n)
            for n in sizes
        ]
    )
    twin = rounds[rounds["study"] == "r328"].assign(study="twin")
    tables = {"rounds": pd.concat([rounds, twin])}
    shown = draw("energy_variance", tables, {"studies": [f"r{n}" for n in sizes]}, {})
    points = named(shown.axes[0], "dense")
    assert len({line.get_fillstyle() for line in points}) == len(sizes) == len(points)
    assert {line.get_marker() for line in points} == {NETWORKS["res_cnn"].marker}
    shown = draw("energy_variance", tables, {"studies": ["r328", "twin", "r620"]}, {})
    labels = [line.get_label() for line in named(shown.axes[0], "dense")]
    assert labels == ["ResCNN, $n=328$ (r328)", "ResCNN, $n=328$ (twin)", "ResCNN, $n=620$"]


def test_the_paper_s_dense_networks_of_this_field_are_crosses(asked):
    rounds = synthetic.rounds_table("large", length=10, alpha=5, rounds=2, isolated=())
    shown = draw("energy_variance", {"rounds": rounds}, {"studies": ["large"], "published": "shifted"}, {})
    (crosses,) = named(shown.axes[0], "published")
    assert sorted(crosses.get_ydata()) == pytest.approx([-3.2109074, -3.2105062], abs=1e-6)


def test_times_are_in_milliseconds(drawn, asked):
    (ax,) = drawn["step_cost"].axes
    rounds = asked["step_cost"][1]["rounds"]
    lines = {line.get_label(): line for line in named(ax, "curve")}
    assert list(lines) == ["small", "a0", "a1"]  # as the config has them
    dense = rounds[(rounds["study"] == "a1") & (rounds["procedure"] == "dense")]["seconds_per_step"]
    assert max(lines["a1"].get_ydata()) == pytest.approx(1e3 * np.exp(np.log(dense).mean()))


def test_training_curves_are_means_over_bins(drawn, asked):
    left, right = drawn["training_curves"].axes
    tables = asked["training_curves"][1]
    histories, rounds = tables["histories"], tables["rounds"]
    dense = histories[(histories["procedure"] == "dense") & (histories["step"] < 6)]  # 120 steps in 20 bins
    ground = rounds["reference_energy"].iloc[0]
    means = (dense.groupby("seed")["energy"].mean() - ground) / abs(ground)
    (line,) = named(left, "curve")
    assert line.get_ydata()[0] == pytest.approx(np.exp(np.log(means).mean()))
    assert line.get_xdata()[0] == 2.5 and len(line.get_xdata()) == 20
    assert len(named(right, "curve")) == 6
    assert named(right, "curve")[0].get_label().startswith("$k=1$")
    chosen = draw("training_curves", tables, {"study": "small", "rounds": [2, 5]}, {}).axes[1]
    assert [line.get_label()[:5] for line in named(chosen, "curve")] == ["$k=2$", "$k=5$"]


def test_bars_reach_as_far_as_the_median_seed(drawn, asked):
    (ax,) = drawn["sparsity_reached"].axes
    rounds = asked["sparsity_reached"][1]["rounds"]
    found = sparsity_reached(rounds, "small", 2.0)
    chain = found[found["procedure"] == "imp_wr"]
    expected = np.exp(np.median(np.log(chain["n_total"] / chain["n_active"])))
    colour = PROCEDURES["imp_wr"].colour
    bars = named(ax, "bar")
    resolved = [sparsity_reached(rounds, study, 2.0) for study in ("small", "noisy")]
    assert len(bars) == sum(table["procedure"].nunique() for table in resolved) >= 4
    assert bars[0].get_x() + bars[0].get_width() == pytest.approx(expected)
    assert bars[0].get_facecolor() == colors.to_rgba(colour)
    # The axis carries 1 - n / n_dense.
    places = dict(zip(ax.get_xticks(), [label.get_text() for label in ax.get_xticklabels()], strict=True))
    assert places[1] == "0%" and places[2] == "50%" and places[5] == "80%"


def test_a_study_without_a_resolved_dense_error_says_so(asked):
    rounds = asked["sparsity_reached"][1]["rounds"].copy()
    rounds.loc[(rounds["study"] == "noisy") & (rounds["procedure"] == "dense"), "abs_error_per_site"] = -1.0
    shown = draw("sparsity_reached", {"rounds": rounds}, {"studies": ["small", "noisy"], "factor": 2.0}, {})
    assert [text.get_text() for text in shown.axes[0].texts] == ["dense error not resolved"]
