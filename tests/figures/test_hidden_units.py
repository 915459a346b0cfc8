import numpy as np
import pytest

from sparse_nqs.figures import draw, lattice

from . import synthetic

WHERE = {"study": "study", "seed": 0, "round": 8}


def part(figure, gid):
    (found,) = [item for item in figure.axes[0].collections if item.get_gid() == gid]
    return found


def words(figure) -> str:
    return " ".join(figure.texts[0].get_text().split())


def toric(units, **options):
    table = synthetic.weights_table("study", units, model="toric_code", length=3, **options)
    return draw("hidden_units", {"weights": table}, WHERE, {})


def test_every_weight_is_drawn_on_its_edge(drawn, asked):
    table = asked["hidden_edges"][1]["weights"]
    figure = drawn["hidden_edges"]
    _, edges, _ = lattice.edge_segments(3)
    copies = np.bincount(edges)
    assert len(part(figure, "weights").get_segments()) == copies[table["site"]].sum()
    units = lattice.units(table, toric_length=3)
    exact = [unit for unit in units if unit.plaquette is not None]
    assert len(part(figure, "plaquettes").get_paths()) == len(exact) > 20
    signs = [text.get_text() for text in figure.axes[0].texts if text.get_text() in ("\N{MINUS SIGN}", "+")]
    assert signs.count("\N{MINUS SIGN}") == sum(unit.odd for unit in exact)
    assert len(signs) == len(exact)
    numbers = [int(text.get_text()) for text in figure.axes[0].texts if text.get_text().isdigit()]
    assert numbers == [unit.number for unit in units]


def test_words_state_the_counts():
    square = [0, 1, 7, 2]
    figure = toric([(square, [1.0, 1.0, 1.0, -1.0]), (square, [1.0, 1.0, -1.0, -1.0]), ([3], [0.2])])
    text = words(figure)
    assert "study, seed 0, IMP-WR round 8: $n=9$, $\\rho=0.5$, 3 hidden units with weights." in text
    assert "exactly one plaquette (2 units)" in text
    assert "(\N{MINUS SIGN}: 1, +: 1)" in text


def test_colours_are_symmetric_about_zero():
    figure = toric([([0, 1], [0.3, -2.0])])
    assert figure.axes[1].get_xlim() == pytest.approx((-2.0, 2.0))


def test_units_that_hold_nothing_special_are_drawn_too():
    figure = toric([([4], [1.0])])
    assert len(part(figure, "plaquettes").get_paths()) == 0


def test_sites_are_squares_at_x_and_y():
    table = synthetic.weights_table("study", [([7], [0.5]), ([2, 9], [0.1, -0.1])], model="tfim", length=4)
    table["width"] = 3  # site i = 3 x + y
    figure = draw("hidden_units", {"weights": table}, WHERE, {})
    corners = [path.vertices[0].tolist() for path in part(figure, "weights").get_paths()]
    pitch = 4.55  # the second panel is one cell and the gap to the right
    np.testing.assert_allclose(corners, [[0, 2], [3, 0], [2 + pitch, 1]])
    assert "plaquette" not in words(figure)


@pytest.mark.parametrize("count", [1, 8, 9, 72, 300])
def test_the_page_holds_all_units(count):
    figure = toric(synthetic.toric_units(3, count))
    width, height = figure.get_size_inches() * 25.4
    assert width == pytest.approx(86 if count <= 8 else 178)
    assert height < 225
    ax = figure.axes[0]
    pixels = ax.transData.transform([[0, 0], [1, 0], [0, 1]])
    across, up = pixels[1, 0] - pixels[0, 0], pixels[2, 1] - pixels[0, 1]
    assert across == pytest.approx(up)
    points = np.concatenate(part(figure, "weights").get_segments())
    low, high = ax.viewLim.min, ax.viewLim.max
    assert (points >= low).all() and (points <= high).all()


def test_missing_state_is_named():
    table = synthetic.weights_table("study", [([4], [1.0])], model="toric_code", length=3)
    with pytest.raises(
        ValueError, match="no rows with study study, seed 0, procedure imp_wr, round 3; for round there is: 8"
    ):
        draw("hidden_units", {"weights": table}, {**WHERE, "round": 3}, {})
    with pytest.raises(ValueError, match="procedure dense"):
        draw("hidden_units", {"weights": table}, {**WHERE, "round": 0}, {})
