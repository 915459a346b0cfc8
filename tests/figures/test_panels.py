import numpy as np
import pandas as pd
import pytest

from sparse_nqs.figures import caption, draw
from sparse_nqs.figures.style import PROCEDURES

from . import synthetic


def lines(ax, gid="curve"):
    return {line.get_label(): line for line in ax.get_lines() if line.get_gid() == gid}


def legend_texts(owner):
    return [text.get_text() for text in owner.get_texts()]


def test_isolated_has_a_curve_a_procedure(drawn, asked):
    figure, rounds = drawn["isolated"], asked["isolated"][1]["rounds"]
    (ax,) = figure.axes
    assert list(lines(ax)) == [
        "dense network",
        "IMP-WR",
        r"$T(\theta_\mathrm{init},\,m_\mathrm{imp})$",
        r"$T(\theta_\mathrm{rand},\,m_\mathrm{imp})$",
        r"$T(\theta_\mathrm{init},\,m_\mathrm{rand})$",
    ]
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert legend_texts(figure.legends[0]) == [*lines(ax), "range of 2 seeds"]
    level = rounds[rounds["procedure"] == "dense"]["rel_error"]
    assert lines(ax, "dense level")
    (drawn_level,) = lines(ax, "dense level").values()
    assert drawn_level.get_ydata()[0] == pytest.approx(np.exp(np.log(level).mean()))
    isolated = lines(ax)[r"$T(\theta_\mathrm{init},\,m_\mathrm{imp})$"]
    expected = rounds[rounds["procedure"] == "t_init_imp"]["n_active"].unique()
    assert sorted(isolated.get_xdata()) == sorted(expected)


def test_isolated_draws_whatever_procedures_there_are(asked):
    rounds = asked["isolated"][1]["rounds"]
    chain, isolated = (rounds[rounds["procedure"] == name] for name in ("imp_wr", "t_init_imp"))
    parts = [rounds[rounds["procedure"] == "dense"]]
    for name in PROCEDURES:
        if name != "dense":
            parts.append((isolated if name.startswith("t_") else chain).assign(procedure=name))
    figure = draw("isolated", {"rounds": pd.concat(parts)}, {"studies": ["small"], "x": "rho"}, {})
    # The other chains of pruning have a kind of their own.
    shown = [look.label for name, look in PROCEDURES.items() if name not in ("imp_ct", "irp_wr")]
    assert list(lines(figure.axes[0])) == shown


def test_variances_are_per_spin_and_of_no_reference(asked, drawn):
    figure, tables = drawn["isolated_variance"], asked["isolated_variance"][1]
    rounds = tables["rounds"]
    for ax, study, n_sites in zip(figure.axes, ("small", "noisy"), (16, 36), strict=True):
        own = rounds[(rounds["study"] == study) & (rounds["procedure"] == "imp_wr")]
        expected = np.exp(np.log(own["variance"] / n_sites).groupby(own["round"]).mean())
        np.testing.assert_allclose(lines(ax)["IMP-WR"].get_ydata(), expected.sort_index(ascending=False))
    assert figure.axes[0].get_ylabel() == r"variance per spin $\mathrm{Var}(H)/N$"
    text = caption(*asked["isolated_variance"])
    assert "Variance of the energy per spin of IMP-WR" in text and "variances of T(init, imp)" in text
    assert "error" not in text.replace("standard errors", "") and "ground energy" not in text
    # Without a ground energy there is nothing to fall back to.
    without = rounds.assign(rel_error=np.nan, rel_error_error=np.nan)
    assert caption("isolated", {"rounds": without}, asked["isolated_variance"][2]) == text


def test_a_variance_of_zero_is_not_called_an_energy(asked):
    rounds = asked["isolated"][1]["rounds"].copy()
    rounds.loc[rounds["round"] == 4, "variance"] = 0.0
    figure = {"studies": ["small"], "x": "rho", "y": "variance"}
    shown = legend_texts(draw("isolated", {"rounds": rounds}, figure, {}).legends[0])
    assert "zero to rounding" in shown and not any("E_0" in text for text in shown)


def test_chains_are_compared_with_those_there_are(asked, drawn):
    first, second = drawn["chain_comparison"].axes
    assert list(lines(first)) == ["dense network", "IMP-WR", "IMP-CT", "IRP-WR"]
    # Isolated trainings of the second study are not drawn.
    assert list(lines(second)) == ["dense network", "IMP-WR", "IMP-CT"]
    rounds = asked["chain_comparison"][1]["rounds"]
    middle = rounds[rounds["study"] == "pruned"].groupby(["procedure", "round"])["rel_error"].median()
    ratio = (middle["irp_wr"] / middle["imp_wr"]).median()
    text = caption(*asked["chain_comparison"])
    assert f"``pruned``: errors of IRP-WR are {ratio:.3g} times those of IMP-WR" in text
    alone = rounds[rounds["procedure"] != "imp_ct"]
    with pytest.raises(
        ValueError, match=r"study pruned_noisy, procedure imp_ct or irp_wr; .*there is: dense"
    ):
        draw("chain_comparison", {"rounds": alone}, asked["chain_comparison"][2], {})


def test_isolated_draws_a_panel_a_study(drawn):
    figure = drawn["isolated_two"]
    assert [ax.get_title() for ax in figure.axes] == ["small", "noisy"]
    assert "upper limit ($1\\sigma$)" in legend_texts(figure.legends[0])
    assert "rho" in figure.axes[0].get_xlabel()


def test_isolated_fills_a_grid(asked):
    small = asked["isolated"][1]["rounds"]
    names = [f"s{index}" for index in range(4)]
    rounds = pd.concat([small.assign(study=name) for name in names])
    figure = draw("isolated", {"rounds": rounds}, {"studies": names, "x": "rho"}, {})
    assert [ax.get_title() for ax in figure.axes] == names


@pytest.mark.parametrize(
    ("procedures", "message"),
    [
        (
            ["imp_wr", "t_init_imp"],
            "no rows with study small, procedure dense; for procedure there is: imp_wr, t_",
        ),
        (["dense", "t_init_imp"], "no rows with study small, procedure imp_wr"),
        (["dense", "imp_wr"], "procedure t_init_imp or t_rand_imp or .*there is: dense, imp_wr"),
        ([], "no rows with study small, procedure dense; for study there is: nothing"),
    ],
)
def test_isolated_says_what_is_missing(asked, procedures, message):
    rounds = asked["isolated"][1]["rounds"]
    rounds = rounds[rounds["procedure"].isin(procedures)]
    with pytest.raises(ValueError, match=message) as raised:
        draw("isolated", {"rounds": rounds}, {"studies": ["small"], "x": "rho"}, {})
    assert "\n" not in str(raised.value)


def test_unknown_abscissa_is_refused(asked):
    with pytest.raises(ValueError, match="no column 'n_weights'"):
        draw("isolated", asked["isolated"][1], {"studies": ["small"], "x": "n_weights"}, {})
    with pytest.raises(ValueError, match="no axis is known for column 'n_sites'; allowed are n_active"):
        draw("isolated", asked["isolated"][1], {"studies": ["small"], "x": "n_sites"}, {})


def test_error_scan_is_ordered_by_its_label(drawn):
    (ax,) = drawn["error_scan"].axes
    assert list(lines(ax)) == [r"$\alpha$ = 1", r"$\alpha$ = 2.5", r"$\alpha$ = 5"]
    # The dense network is the first point of the trajectory.
    assert max(lines(ax)[r"$\alpha$ = 5"].get_xdata()) == 5 * 16 * 16


def test_error_scan_tells_equal_labels_apart(asked):
    kind, tables, figure = asked["error_scan"]
    ax = draw(kind, tables, {**figure, "label": "field"}, {}).axes[0]
    assert list(lines(ax)) == [f"$\\kappa$ = 3.04438 (a{index})" for index in range(3)]
    ax = draw(kind, tables, {**figure, "label": "network"}, {}).axes[0]
    assert list(lines(ax)) == [f"network = ffnn (a{index})" for index in range(3)]


def test_error_scan_refuses_labels_that_are_none(asked):
    kind, tables, figure = asked["error_scan"]
    with pytest.raises(ValueError, match="study a0: there is no column 'colour'"):
        draw(kind, tables, {**figure, "label": "colour"}, {})
    with pytest.raises(ValueError, match="column rel_error must have one value"):
        draw(kind, tables, {**figure, "label": "rel_error"}, {})
    with pytest.raises(ValueError, match="column alpha must have one value to be a label, but has: nan"):
        draw(kind, {"rounds": tables["rounds"].assign(alpha=np.nan)}, figure, {})
    with pytest.raises(ValueError, match="no rows with study a7; for study there is: a0, a1, a2"):
        draw(kind, tables, {**figure, "studies": ["a0", "a7"]}, {})


def test_size_scan_has_four_panels_of_all_sizes(drawn):
    figure = drawn["size_scan"]
    assert len(figure.axes) == 4
    for ax in figure.axes:
        assert list(lines(ax)) == ["$L=4$", "$L=5$", "$L=6$"]
        (mark,) = lines(ax, "mark").values()
        assert mark.get_xdata() == [4.0, 4.0]
    assert [ax.get_yscale() for ax in figure.axes] == ["log", "linear", "linear", "linear"]
    assert all(ax.get_xlim() == figure.axes[0].get_xlim() for ax in figure.axes)
    assert [text.get_text() for ax in figure.axes for text in ax.texts] == ["(a)", "(b)", "(c)", "(d)"]
    assert r"$\rho=4$" in legend_texts(figure.legends[0])


def test_size_scan_draws_neighbours_only_with_bars_where_sampled(drawn, asked):
    ax = drawn["size_scan"].axes[1]
    table = asked["size_scan"][1]["fidelities"]
    assert min(lines(ax)["$L=4$"].get_ydata()) > 0.8  # the table has a distant pair at 0.1
    pairs = table[(table["study"] == "l4") & (table["round_b"] == table["round_a"] + 1)]
    assert sorted(lines(ax)["$L=4$"].get_xdata()) == sorted(pairs["rho_a"].unique())
    bars = [part for part in ax.collections if hasattr(part, "get_segments")]
    assert len(bars) == 2  # of L = 5 and 6; L = 4 is exact


def test_size_scan_names_rectangles_and_does_without_a_mark(asked):
    rounds = synthetic.rounds_table("oblong", length=4, width=3, isolated=(), seeds=(0,))
    tables = {"rounds": rounds, "fidelities": synthetic.fidelities_table(rounds)}
    figure = draw("size_scan", tables, {"studies": ["oblong"], "mark_rho": None}, {})
    assert list(lines(figure.axes[0])) == [r"$4\times3$"]
    assert not lines(figure.axes[0], "mark")
    assert legend_texts(figure.legends[0]) == [r"$4\times3$"]


def test_fidelities_must_be_there(asked):
    kind, tables, figure = asked["size_scan"]
    empty = tables["fidelities"].iloc[:0]
    with pytest.raises(ValueError, match="table fidelities has no rows with study l4, procedure imp_wr"):
        draw(kind, {**tables, "fidelities": empty}, figure, {})
    distant = tables["fidelities"].assign(round_b=lambda rows: rows["round_a"] + 2)
    with pytest.raises(ValueError, match=r"no neighbour pairs .* of study l4"):
        draw(kind, {**tables, "fidelities": distant}, figure, {})


def test_toric_pair_shows_one_study_and_all_widths(drawn):
    left, right = drawn["toric_pair"].axes
    assert "IMP-WR" in lines(left) and len(lines(left)) == 5
    assert list(lines(right)) == [r"$\alpha$ = 4", r"$\alpha$ = 8"]
    for ax in (left, right):
        low, high = ax.get_xlim()
        assert low < 16.0 < high and lines(ax, "mark")
    assert right.get_ylim()[1] < 1.05


def test_options_of_a_users_own_hamiltonian_label_curves(asked):
    kind, tables, figure = asked["step_cost"]
    rounds = tables["rounds"]
    options = {study: f'{{"J2": {place}.5, "kind": "a"}}' for place, study in enumerate(figure["studies"])}
    labelled = rounds.assign(options=rounds["study"].map(options))
    drawn = draw(kind, {"rounds": labelled}, figure | {"label": "options.J2"}, {})
    assert legend_texts(drawn.legends[0])[:3] == ["J2 = 0.5", "J2 = 1.5", "J2 = 2.5"]
    with pytest.raises(ValueError, match=r"column options\.J3 must have one value to be a label"):
        draw(kind, {"rounds": labelled}, figure | {"label": "options.J3"}, {})
    with pytest.raises(ValueError, match=r"column options\.J2 must have one value"):
        draw(kind, {"rounds": rounds}, figure | {"label": "options.J2"}, {})
