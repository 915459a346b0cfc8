import numpy as np
import pandas as pd
import pytest

from sparse_nqs.figures import curves, marks, style


def table(values: dict[int, list[float]], errors: float | dict[int, list[float]] = 0.0) -> pd.DataFrame:
    """A row a (round, seed); x = 100 / (round + 1)."""
    return pd.DataFrame(
        [
            {
                "round": k,
                "seed": seed,
                "rho": 100.0 / (k + 1),
                "q": value,
                "q_error": errors[k][seed] if isinstance(errors, dict) else errors,
            }
            for k, several in values.items()
            for seed, value in enumerate(several)
        ]
    )


def panel():
    ax = style.new_figure(style.Look(), columns=1, height_mm=60).subplots()
    ax.set_yscale("log")
    return ax


def gids(ax, name):
    return [line for line in ax.get_lines() if line.get_gid() == name]


@pytest.mark.parametrize(
    ("value", "error", "mark", "shown"),
    [
        (1e-3, 0.0, "", 1e-3),
        (1e-3, 9e-4, "", 1e-3),
        (1e-3, 2e-3, "limit", 3e-3),
        (-1e-3, 2e-3, "limit", 2e-3),
        (-5e-3, 2e-3, "limit", 2e-3),
        (-7e-3, 2e-3, "below", 7e-3),
        (-1e-6, 0.0, "below", 1e-6),
        (0.0, 1e-4, "limit", 1e-4),
        (0.0, 0.0, "rounding", np.nan),
        (-3e-15, 0.0, "rounding", np.nan),
        (2e-14, np.nan, "rounding", np.nan),
        (np.nan, 0.0, "diverged", np.nan),
        (np.inf, np.nan, "diverged", np.nan),
    ],
)
def test_place_on_a_logarithmic_axis(value, error, mark, shown):
    placed = marks.place(np.array([value]), np.array([error]), log=True)
    assert placed.mark[0] == mark
    np.testing.assert_allclose(placed.shown[0], shown)


def test_place_on_a_linear_axis_keeps_all_but_the_diverged():
    placed = marks.place(np.array([-1.0, 0.0, np.nan]), np.array([5.0, 0.0, 0.0]), log=False)
    assert placed.mark.tolist() == ["", "", "diverged"]
    np.testing.assert_array_equal(placed.shown, [-1.0, 0.0, np.nan])


def test_over_seeds_takes_median_and_range():
    rows = table({0: [1e-4, 1e-2], 1: [0.1, 0.2], 2: [0.5]}).sample(frac=1.0, random_state=0)
    logarithmic = curves.over_seeds(rows, x="rho", y="q", log=True)
    np.testing.assert_allclose(logarithmic.x, [100 / 3, 50, 100])
    np.testing.assert_allclose(logarithmic.middle, [0.5, np.sqrt(0.02), 1e-3])
    np.testing.assert_allclose(logarithmic.low, [0.5, 0.1, 1e-4])
    np.testing.assert_allclose(logarithmic.high, [0.5, 0.2, 1e-2])
    assert logarithmic.seeds == 2
    linear = curves.over_seeds(rows, x="rho", y="q", log=False)
    np.testing.assert_allclose(linear.middle, [0.5, 0.15, 0.00505])


def test_over_seeds_wants_its_columns():
    with pytest.raises(ValueError, match="no column 'm_y'"):
        curves.over_seeds(table({0: [1.0]}), x="rho", y="m_y", log=False)


def test_band_covers_every_seed():
    ax = panel()
    values = {k: [10.0**-k, 3.0 * 10.0**-k, 0.4 * 10.0**-k] for k in range(5)}
    rows = table(values)
    curves.draw(
        ax, curves.over_seeds(rows, x="rho", y="q", log=True), colour="#0072B2", marker="o", label="curve"
    )
    (band,) = [patch for patch in ax.collections if patch.get_gid() == "band"]
    vertices = band.get_paths()[0].vertices
    for x, part in rows.groupby("rho"):
        heights = vertices[np.isclose(vertices[:, 0], x), 1]
        assert heights.min() == pytest.approx(part["q"].min()) and heights.max() == pytest.approx(
            part["q"].max()
        )


def test_the_range_of_a_round_without_neighbours_is_a_bar():
    ax = panel()
    rows = table({0: [1.0, 3.0], 1: [0.5, 0.6], 2: [np.nan, np.nan], 3: [0.1, 0.4]})
    curves.draw(
        ax, curves.over_seeds(rows, x="rho", y="q", log=True), colour="#0072B2", marker="o", label="curve"
    )
    (bars,) = [patch for patch in ax.collections if patch.get_gid() == "range"]
    (segment,) = bars.get_segments()
    np.testing.assert_allclose(segment, [[25.0, 0.1], [25.0, 0.4]])


def test_one_seed_has_no_band_and_exact_values_no_bars():
    ax = panel()
    curves.draw(
        ax,
        curves.over_seeds(table({0: [0.1], 1: [0.2]}), x="rho", y="q", log=True),
        colour="C0",
        marker="o",
        label="",
    )
    assert not ax.collections
    assert curves.band_handle(1) == [] and curves.band_handle(3)[0].get_label() == "range of 3 seeds"


def test_sampled_values_have_bars_of_one_standard_error():
    ax = panel()
    curve = curves.over_seeds(table({0: [0.1], 1: [0.2]}, errors=0.05), x="rho", y="q", log=True)
    curves.draw(ax, curve, colour="C0", marker="o", label="")
    (bars,) = ax.collections
    spans = sorted(segment[:, 1].tolist() for segment in bars.get_segments())
    np.testing.assert_allclose(spans, [[0.05, 0.15], [0.15, 0.25]])


def test_unresolved_values_become_arrows_and_leave_a_gap():
    ax = panel()
    rows = table(
        {0: [-1e-5], 1: [1e-3], 2: [-1e-3], 3: [0.0], 4: [np.nan]},
        errors={0: [4e-5], 1: [1e-5], 2: [0.0], 3: [0.0], 4: [0.0]},
    )
    curve = curves.over_seeds(rows, x="rho", y="q", log=True)
    line = curves.draw(ax, curve, colour="C0", marker="o", label="")
    by_x = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
    assert np.isnan(by_x[100.0]) and by_x[50.0] == pytest.approx(1e-3)
    assert np.isnan(by_x[25.0]) and np.isnan(by_x[20.0])
    # The value below the reference is on the line, but with the open symbol in place of the marker.
    assert by_x[100 / 3] == pytest.approx(1e-3) and line.get_markevery() == [3]
    (limit,), (below,) = gids(ax, "limit"), gids(ax, "below")
    np.testing.assert_allclose(limit.get_xydata(), [[100.0, 4e-5]])
    np.testing.assert_allclose(below.get_xydata(), [[100 / 3, 1e-3]])
    np.testing.assert_allclose(gids(ax, "rounding")[0].get_xdata(), [25.0])
    np.testing.assert_allclose(gids(ax, "diverged")[0].get_xdata(), [20.0])
    assert [handle.get_label() for handle in marks.handles([ax], "k")] == list(marks.LABELS.values())
    assert curves.extent([curve]) == pytest.approx((4e-5, 1e-3))
    assert curves.extent([curve], x=True) == pytest.approx((20.0, 100.0))


def test_extent_of_nothing_is_nan():
    curve = curves.over_seeds(table({0: [0.0]}), x="rho", y="q", log=True)
    assert np.isnan(curves.extent([curve])).all()
