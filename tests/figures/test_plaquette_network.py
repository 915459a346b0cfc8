import numpy as np
import pytest

from sparse_nqs.figures import caption, draw


def named(ax, gid):
    return [line for line in ax.get_lines() if line.get_gid() == gid]


def test_lines_are_the_closed_form_and_markers_what_was_measured(drawn, asked):
    table = asked["plaquette_network"][1]["plaquette_networks"]
    for ax, column in zip(
        drawn["plaquette_network"].axes, ("excess_per_site", "variance_per_site"), strict=True
    ):
        assert [line.get_label() for line in named(ax, "curve")] == [f"$L={n}$, closed form" for n in (3, 5)]
        for line, length in zip(named(ax, "curve"), (3, 5), strict=True):
            form = table[(table["length"] == length) & (table["method"] == "closed_form")]
            np.testing.assert_allclose(line.get_ydata(), form.sort_values("weight")[column])
        exact, sampled = named(ax, "measured")
        assert exact.get_label() == "$L=3$, sum over all configurations" and len(exact.get_xdata()) == 4
        # The last weight has no violated plaquette among its samples.
        assert sampled.get_label() == "$L=5$, sampled" and sampled.get_xdata().tolist() == [0.1, 0.4, 0.7]
        assert exact.get_marker() != sampled.get_marker()
        # A third of an error bar, a tenth of the value long.
        values = table[(table["length"] == 5) & (table["method"] == "sampled")][column]
        bars = [np.ptp(segment[:, 1]) for box in ax.containers for segment in box[2][0].get_segments()]
        np.testing.assert_allclose(bars, 2 * 0.1 * values.iloc[:3] / (1 + 0.1 / 3))


def test_samples_without_a_violated_plaquette_are_limits(drawn, asked):
    """A pair adds 4 to the energy and 16 to the variance; of 256 chains none sees it 32 times in 100 at this odds."""
    for ax, pair in zip(drawn["plaquette_network"].axes, (4, 16), strict=True):
        (limit,) = named(ax, "limit")
        assert limit.get_xdata().tolist() == [1.3]
        odds = limit.get_ydata()[0] * 50 / pair
        assert (1 - odds) ** 256 == pytest.approx(0.3173, abs=2e-3)
    text = caption(*asked["plaquette_network"])
    assert "At 1 of 4 weights no sample has a violated plaquette" in text
    assert "sampled energies lie at most 0.333 standard errors from the closed form" in text
    assert "4096 samples of 256 independent chains and seed 7" in text
    assert "3 x 3: at W = 1.3 the energy error falls as exp(-16 W)" in text


def test_without_sampling_there_is_no_noise_to_speak_of(asked):
    table = asked["plaquette_network"][1]["plaquette_networks"]
    tables = {"plaquette_networks": table[table["length"] == 3]}
    text = caption("plaquette_network", tables, {})
    assert (
        "No training." in text
        and "sampled" not in text
        and "differ from the closed form by at most 0." in text
    )
    assert not named(draw("plaquette_network", tables, {}, {}).axes[0], "limit")
