import itertools

import numpy as np
import pytest

from sparse_nqs.figures import draw
from sparse_nqs.figures.fidelity_matrix import matrix

from . import synthetic

STATES = [
    *synthetic.chain_states("small", (0, 1), (0, 3, 6)),
    ("small", 1, "t_init_imp", 3),
    *synthetic.chain_states("wide", (0,), (0,)),
]


def shuffled(table):
    """The same pairs in another order, some of them the other way round."""
    table = table.sample(frac=1.0, random_state=3).reset_index(drop=True)
    swapped = table.rename(
        columns=lambda name: (
            name[:-1] + {"a": "b", "b": "a"}.get(name[-1], name[-1]) if name[-2:] in ("_a", "_b") else name
        )
    )
    table.loc[::2] = swapped.loc[::2, table.columns]
    return table


def test_the_matrix_is_symmetric_and_in_order():
    table = synthetic.pairs_table("m", STATES)
    states, values = matrix(table)
    assert states == STATES
    np.testing.assert_array_equal(values, values.T)
    np.testing.assert_array_equal(np.diag(values), 1.0)
    pair = table.iloc[9]
    i, j = (
        states.index(tuple(pair[f"{name}_{letter}"] for name in ("study", "seed", "procedure", "round")))
        for letter in "ab"
    )
    assert values[i, j] == pair["fidelity"]


def test_the_order_of_the_table_does_not_matter():
    table = synthetic.pairs_table("m", synthetic.chain_states("small", (0, 1), (0, 3, 6)))
    for found, expected in zip(matrix(shuffled(table)), matrix(table), strict=True):
        np.testing.assert_array_equal(np.asarray(found), np.asarray(expected))


def test_a_missing_pair_is_told():
    with pytest.raises(ValueError, match=r"lacks the pair of \('small', 0, 'dense', 0\) and"):
        matrix(synthetic.pairs_table("m", STATES).iloc[1:])


def test_another_matrix_is_told():
    table = synthetic.pairs_table("m", STATES)
    with pytest.raises(ValueError, match="no rows with matrix other; for matrix there is: m"):
        draw("fidelity_matrix", {"fidelity_pairs": table}, {"matrix": "other"}, {})


def meshes(figure):
    (mesh,) = [each for each in figure.axes[0].collections if each.get_gid() == "matrix"]
    return mesh


def test_cells_show_the_fidelities_and_their_numbers(drawn, asked):
    _, values = matrix(asked["matrix"][1]["fidelity_pairs"])
    figure = drawn["matrix"]
    np.testing.assert_allclose(meshes(figure).get_array(), values)
    assert [text.get_text() for text in figure.axes[0].texts] == [f"{value:.2f}" for value in values.ravel()]
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == [f"seed {seed}, {name}" for seed in (0, 1) for name in ("dense", "IMP-WR 3", "IMP-WR 6")]
    assert "fidelity" in figure.axes[1].get_ylabel()


def test_infidelities_are_logarithmic_with_an_empty_diagonal(drawn, asked):
    _, values = matrix(asked["matrix_large"][1]["fidelity_pairs"])
    shown = meshes(drawn["matrix_large"]).get_array()
    assert np.ma.getmaskarray(shown).diagonal().all()
    off_diagonal = ~np.eye(len(values), dtype=bool)
    np.testing.assert_allclose(np.asarray(shown)[off_diagonal], 1.0 - values[off_diagonal])
    assert drawn["matrix_large"].axes[1].get_yscale() == "log"
    assert not drawn["matrix_large"].axes[0].texts


def test_a_fidelity_above_one_is_drawn():
    """Sampled ones may be, by their error."""
    table = synthetic.pairs_table("m", STATES).assign(fidelity=1.0 + 1e-9)
    figure = draw("fidelity_matrix", {"fidelity_pairs": table}, {"matrix": "m", "quantity": "infidelity"}, {})
    shown = meshes(figure).get_array()
    assert np.ma.compressed(shown).min() > 0.0


@pytest.mark.parametrize("case", ["matrix", "matrix_large"])
def test_labels_stay_apart_and_the_matrix_is_square(drawn, case):
    ax = drawn[case].axes[0]
    assert ax.bbox.width == pytest.approx(ax.bbox.height, rel=1e-6)
    for labels, side in ((ax.get_yticklabels(), 1), (ax.get_xticklabels(), 0)):
        spans = sorted(label.get_window_extent().get_points()[:, side].tolist() for label in labels)
        assert all(a[1] < b[0] + 1.0 for a, b in itertools.pairwise(spans))
    assert any("seed 1, dense" == label.get_text() for label in ax.get_yticklabels())
