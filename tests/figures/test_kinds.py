import itertools
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from docutils import core
from matplotlib.transforms import Bbox

from sparse_nqs.figures import caption, draw, tables_of
from sparse_nqs.figures.style import PROCEDURES, SCAN_MARKERS
from sparse_nqs.members.figures import category_of
from sparse_nqs.members.loading import load, names
from sparse_nqs.storage import table_schemas

WITH_AXES = ["isolated", "isolated_two", "error_scan", "size_scan", "toric_pair"]
WITH_AXES += ["error_scan_regions", "error_scan_region", "mask_overlap", "ticket_structure"]
WITH_AXES += ["isolated_published", "size_scan_published", "toric_published", "error_scan_published"]
WITH_AXES += ["energy_variance", "step_cost", "training_curves"]
WITH_AXES += ["isolated_variance", "chain_comparison", "energy_trace", "plaquette_network"]
EVERY_CASE = [*WITH_AXES, "sparsity_reached", "hidden_edges", "hidden_sites", "matrix", "matrix_large"]


@pytest.mark.parametrize("kind", names("figures"))
def test_a_kind_reads_tables_that_there_are_and_has_its_place_in_the_report(kind):
    optional = getattr(load("figures", kind), "OPTIONAL_TABLES", {})
    assert set(tables_of(kind)) | set(optional.values()) <= set(table_schemas.TABLES)
    assert set(optional) <= set(load("figures", kind).Options.model_fields)
    assert category_of(kind)[0].isupper()


OF_STUDIES = [name for name in [*WITH_AXES, "sparsity_reached"] if name != "plaquette_network"]


@pytest.mark.parametrize("name", OF_STUDIES)
def test_rows_of_studies_that_are_not_drawn_change_nothing(asked, drawn, name):
    """The workflow hands over the tables of the figure's own studies alone."""
    kind, tables, figure = asked[name]
    more = {key: pd.concat([table.assign(study="other"), table]) for key, table in tables.items()}
    assert caption(kind, more, figure) == caption(kind, tables, figure)
    lines = [
        [line.get_xydata().tolist() for axes in each.axes for line in axes.lines]
        for each in (draw(kind, more, figure, {}), drawn[name])
    ]
    assert lines[0] and repr(lines[0]) == repr(lines[1])


def test_an_option_may_ask_for_another_table():
    assert tables_of("error_scan", {"regions": False}) == tables_of("error_scan", {}) == ("rounds",)
    assert tables_of("error_scan", {"regions": True}) == ("rounds", "regions")
    with pytest.raises(ValueError, match=r"error_scan needs the table.*regions"):
        draw("error_scan", {"rounds": None}, {"regions": True}, {})


def test_every_kind_is_tested(asked):
    assert {kind for kind, _, _ in asked.values()} == set(names("figures"))


def test_unknown_kind_and_missing_table():
    with pytest.raises(ValueError, match=r"unknown figure 'pie'; allowed are chain_comparison"):
        tables_of("pie")
    with pytest.raises(ValueError, match=r"size_scan needs the table.*fidelities"):
        draw("size_scan", {"rounds": None}, {}, {})


def test_imports_stay_light():
    asking = (
        "import sys, sparse_nqs.figures; "
        "assert not {'matplotlib', 'pandas', 'numpy', 'jax', 'netket'} & set(sys.modules); "
        "import importlib; from sparse_nqs.members.loading import load, names; "
        "[load('figures', kind) for kind in names('figures')]; "
        "assert not {'matplotlib', 'pandas', 'numpy', 'jax', 'netket'} & set(sys.modules); "
        "[importlib.import_module(f'sparse_nqs.figures.{kind}') for kind in names('figures')]; "
        "assert not {'matplotlib.pyplot', 'jax', 'netket', 'flax'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", asking], check=True)


@pytest.mark.parametrize("case", EVERY_CASE)
def test_width_is_that_of_the_journal(drawn, case):
    width = drawn[case].get_size_inches()[0] * 25.4
    assert width == pytest.approx(86.0) or width == pytest.approx(178.0)


@pytest.mark.parametrize("case", EVERY_CASE)
def test_nothing_is_cut_off(drawn, case):
    figure = drawn[case]
    ink = figure.get_tightbbox()  # inches
    width, height = figure.get_size_inches()
    assert ink.x0 > -0.01 and ink.y0 > -0.01
    assert ink.x1 < width + 0.01 and ink.y1 < height + 0.01


@pytest.mark.parametrize("case", WITH_AXES)
def test_legends_hide_neither_data_nor_labels(drawn, case):
    figure = drawn[case]
    legends = [*figure.legends, *(ax.get_legend() for ax in figure.axes if ax.get_legend())]
    assert legends
    for legend in legends:
        box = legend.get_window_extent()
        assert figure.bbox.padded(1.0).contains(box.x0, box.y0)
        assert figure.bbox.padded(1.0).contains(box.x1, box.y1)
        others = [ax.bbox for ax in figure.axes]
        others += [ax.title.get_window_extent() for ax in figure.axes if ax.get_title()]
        others += [text.get_window_extent() for ax in figure.axes for text in ax.texts]
        for other in others:
            overlap = Bbox.intersection(box, other)
            assert overlap is None or min(overlap.width, overlap.height) < 1.0


@pytest.mark.parametrize("case", WITH_AXES)
def test_axes_are_labelled_and_show_all_points(drawn, case):
    for ax in drawn[case].axes:
        assert "$" in ax.get_ylabel() or not ax.get_subplotspec().is_first_col()
        last_row = ax.get_subplotspec().is_last_row()
        assert ("$" in ax.get_xlabel()) == last_row
        for line in ax.get_lines():
            if line.get_gid() != "curve":
                continue
            points = line.get_transform().transform(line.get_xydata())
            points = points[np.isfinite(points).all(axis=1)]
            assert len(points)
            inside = [ax.bbox.padded(0.5).contains(*point) for point in points]
            assert all(inside)


@pytest.mark.parametrize("case", WITH_AXES)
def test_tick_labels_are_enough_and_stay_apart(drawn, case):
    for ax in drawn[case].axes:
        for axis, side in ((ax.xaxis, 0), (ax.yaxis, 1)):
            low, high = sorted(axis.get_view_interval())
            labels = [
                tick.label1
                for tick in axis.get_major_ticks()
                if tick.label1.get_visible() and tick.label1.get_text() and low <= tick.get_loc() <= high
            ]
            if not labels:
                place = ax.get_subplotspec()
                assert not (place.is_last_row() if axis is ax.xaxis else place.is_first_col())
                continue
            assert len(labels) >= 2
            spans = sorted(label.get_window_extent().get_points()[:, side].tolist() for label in labels)
            assert all(before[1] < after[0] for before, after in itertools.pairwise(spans))


@pytest.mark.parametrize("case", EVERY_CASE)
def test_captions_are_whole_and_valid_restructured_text(asked, case):
    kind, tables, figure = asked[case]
    text = caption(kind, tables, figure)
    for part in ("Shown", "System", "Seeds", "What it says"):
        assert f"**{part}.** " in text or f"**{part}.**\n" in text
    assert "nan" not in text and "no number" not in text and "None" not in text
    for study in figure.get("studies", [figure.get("study", figure.get("isolated"))]):
        assert study is None or f"``{study}``" in text
    # Any mistake in the markup raises.
    core.publish_parts(text, writer="html", settings_overrides={"halt_level": 2, "report_level": 5})


def test_a_caption_needs_its_tables():
    with pytest.raises(ValueError, match=r"training_curves needs the table.*histories"):
        caption("training_curves", {"rounds": None}, {})


def test_every_colour_and_marker_is_used_once():
    colours = [look.colour for look in PROCEDURES.values()]
    markers = [look.marker for look in PROCEDURES.values()]
    assert len(set(colours)) == len(set(markers)) == len(PROCEDURES) == 9
    assert "v" not in markers and "v" not in SCAN_MARKERS
