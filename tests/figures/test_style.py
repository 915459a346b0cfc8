import matplotlib as mpl
import numpy as np
import pytest

from sparse_nqs.figures import style


def test_read_fills_in_defaults():
    assert style.read({}) == style.Look()
    assert style.read({"font_size": 9, "dpi": 300}) == style.Look(font_size=9, dpi=300)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"colour": 1}, "unknown entry 'colour'; allowed are font_size, line_width"),
        ({"dpi": 0}, "dpi is 0; it must be a positive number"),
        ({"font_size": "8"}, "font_size is '8'"),
        ({"line_width": True}, "line_width is True"),
        ({"line_width": float("nan")}, "line_width is nan"),
    ],
)
def test_read_names_what_is_wrong(entries, message):
    with pytest.raises(ValueError, match=message):
        style.read(entries)


def test_context_leaves_no_trace_and_ignores_user_settings():
    with mpl.rc_context({"axes.grid": True}):
        with style.context(style.Look(font_size=9.5)):
            assert mpl.rcParams["font.size"] == 9.5
            assert mpl.rcParams["pdf.fonttype"] == 42
            assert not mpl.rcParams["axes.grid"]
        assert mpl.rcParams["axes.grid"]


@pytest.mark.parametrize("count", [1, 2, 8])
def test_scan_colours_run_from_dark_to_light_and_show_on_white(count):
    light = [float(np.dot(colour[:3], (0.2126, 0.7152, 0.0722))) for colour in style.scan_colours(count)]
    assert len(light) == count
    assert light == sorted(light) and light[-1] < 0.75


def test_weak_weights_of_either_sign_show():
    colours = style.weight_colours()
    below, above = np.array(colours(0.499)), np.array(colours(0.501))
    assert below[2] > below[0] + 0.1 and above[0] > above[2] + 0.1
