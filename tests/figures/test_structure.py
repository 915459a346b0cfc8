"""Figures of what the masks look like, and of the regions below an error scan."""

import numpy as np
import pandas as pd
import pytest

from sparse_nqs.figures import draw
from sparse_nqs.figures.style import REGIONS


def named(ax, gid):
    return [artist for artist in ax.get_children() if artist.get_gid() == gid]


def legend_texts(owner):
    return [text.get_text() for text in owner.get_texts()]


def spans(ax):
    """Left and right end of every coloured region, and its height."""
    found = []
    for band in named(ax, "region"):
        box = band.get_paths()[0].get_extents()
        found.append((box.x0, box.x1, box.y0, box.y1))
    return found


def test_one_study_has_its_regions_over_the_whole_height(drawn, asked):
    figure = drawn["error_scan_region"]
    (ax,) = figure.axes
    table = asked["error_scan_region"][1]["regions"]
    fit = table[table["study"] == "a0"]
    ends = sorted(spans(ax))
    left, right = ax.get_xlim()
    boundaries = [fit["n_start"].iloc[2], fit["n_start"].iloc[1]]
    expected = list(zip([left, *boundaries], [*boundaries, right], strict=True))
    np.testing.assert_allclose([span[:2] for span in ends], expected)
    assert {span[2:] for span in ends} == {(0.0, 1.0)}
    assert legend_texts(figure.legends[0])[1:4] == list(REGIONS)
    assert not named(ax, "strip")


def test_boundaries_carry_their_intervals(drawn, asked):
    (ax,) = drawn["error_scan_region"].axes
    table = asked["error_scan_region"][1]["regions"]
    fit = table[table["study"] == "a0"]
    (bars,) = named(ax, "boundary")
    drawn_bars = sorted(segment[:, 0].tolist() for segment in bars.get_segments())
    # The boundary within the HEP is none between regions.
    expected = sorted(fit[["n_start_low", "n_start_high"]].iloc[[1, 2]].to_numpy().tolist())
    np.testing.assert_allclose(drawn_bars, expected)


def test_several_studies_have_a_strip_each_below_the_data(drawn, asked):
    (ax,) = drawn["error_scan_regions"].axes
    assert len(named(ax, "strip")) == 3
    assert len(spans(ax)) == 9
    top = max(span[3] for span in spans(ax))
    for line in ax.get_lines():
        if line.get_gid() == "curve":
            inside = ax.transAxes.inverted().transform(line.get_transform().transform(line.get_xydata()))
            assert inside[:, 1].min() > top
    # rho = n / N.
    table = asked["error_scan_regions"][1]["regions"]
    rho = (table["n_start"] / table["n_sites"])[table["segment"] == 1]
    assert {round(span[0], 6) for span in spans(ax)} >= {round(value, 6) for value in rho}


def test_a_study_without_a_fit_has_no_strip(asked):
    kind, tables, figure = asked["error_scan_regions"]
    fewer = tables["regions"][tables["regions"]["study"] != "a1"]
    ax = draw(kind, {**tables, "regions": fewer}, figure, {}).axes[0]
    assert len(named(ax, "strip")) == 2
    none = tables["regions"].iloc[:0]
    ax = draw(kind, {**tables, "regions": none}, figure, {}).axes[0]
    assert not spans(ax)


def test_overlap_is_the_median_over_pairs(drawn, asked):
    figure = drawn["mask_overlap"]
    (ax,) = figure.axes
    table = asked["mask_overlap"][1]["mask_overlaps"]
    curves, dashed = named(ax, "curve"), named(ax, "dashed")
    assert [line.get_label() for line in curves] == [r"$\alpha$ = 4", r"$\alpha$ = 8"]
    for study, line, random in zip(("p4", "p8"), curves, dashed, strict=True):
        medians = table[table["study"] == study].groupby("density")[["overlap", "random_overlap"]].median()
        np.testing.assert_allclose(np.sort(line.get_xdata()), medians.index)
        np.testing.assert_allclose(np.sort(line.get_ydata()), np.sort(medians["overlap"]))
        np.testing.assert_allclose(np.sort(random.get_ydata()), np.sort(medians["random_overlap"]))
        assert random.get_color() == line.get_color()
    assert legend_texts(figure.legends[0])[2:] == ["random masks, same degrees", "range of 3 pairs"]


def test_overlap_says_what_is_missing(asked):
    kind, tables, figure = asked["mask_overlap"]
    with pytest.raises(ValueError, match="table mask_overlaps has no rows with study p4, procedure imp_wr"):
        draw(kind, {**tables, "mask_overlaps": tables["mask_overlaps"].iloc[:0]}, figure, {})


def test_structure_has_two_panels(drawn, asked):
    left, right = drawn["ticket_structure"].axes
    table = asked["ticket_structure"][1]["tickets"]
    for ax, column, companion in (
        (left, "odd_weight_fraction", "odd_unit_fraction"),
        (right, "analytic_overlap", "random_analytic_overlap"),
    ):
        means = table[table["study"] == "t4"].groupby("rho")[[column, companion]].median()
        np.testing.assert_allclose(np.sort(named(ax, "curve")[0].get_ydata()), np.sort(means[column]))
        np.testing.assert_allclose(np.sort(named(ax, "dashed")[0].get_ydata()), np.sort(means[companion]))
        assert named(ax, "mark")
        low, high = ax.get_ylim()
        assert low < 0.0 and high > 1.0
    assert "of hidden units" in legend_texts(left.get_legend())
    assert "random masks, same degrees" in legend_texts(right.get_legend())


def test_structure_does_without_a_mark(asked):
    kind, tables, figure = asked["ticket_structure"]
    drawn = draw(kind, tables, {**figure, "mark_rho": None, "studies": ["t8"]}, {})
    assert not any(named(ax, "mark") for ax in drawn.axes)


def test_other_chains_are_not_mixed_in(asked):
    kind, tables, figure = asked["ticket_structure"]
    tickets = tables["tickets"]
    other = tickets.assign(procedure="irp_wr", odd_weight_fraction=0.0)
    both = {**tables, "tickets": pd.concat([tickets, other])}
    one, two = (named(draw(kind, t, figure, {}).axes[0], "curve")[0].get_ydata() for t in (tables, both))
    np.testing.assert_array_equal(one, two)
