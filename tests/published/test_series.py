import numpy as np
import pytest

from sparse_nqs import published


def find(figure, name):
    (curve,) = [curve for curve in published.series() if (curve.figure, curve.name) == (figure, name)]
    return curve


def test_every_point_of_the_table_belongs_to_a_curve():
    points = sum(len(curve.value) for curve in published.series())
    assert points + len(published.curves("1_inset")) == len(published.curves())


def test_what_the_curves_are_of():
    width = find("2a", "alpha=2.5")
    assert (width.model, width.length, width.field, width.n_total) == ("tfim", 10, 3.04438, 25000)
    assert (width.procedure, width.quantity) == ("imp_wr", "abs_error_per_site")
    assert find("2c", "kappa=5").field == 5.0
    size = find("3b", "L=7")
    assert (size.n_sites, size.n_total, size.quantity) == (49, 8 * 49**2, "fidelity")
    torus = find("4a", "T(init,rand)")
    assert (torus.model, torus.n_sites, torus.field, torus.n_total) == ("toric_code", 18, None, 8 * 18**2)
    assert torus.procedure == "t_init_rand"
    deep = find("1c", "IMP-WR")
    assert (deep.network, deep.n_total, deep.field) == ("res_cnn", 18576, 3.04483)
    assert find("1b", "T(rand,imp)").n_total == 36


@pytest.mark.parametrize(
    ("figure", "name"),
    [("1a", "IMP-WR"), ("1b", "IMP-WR"), ("1c", "IMP-WR"), ("2a", "alpha=1"), ("3a", "L=9")],
)
def test_the_dense_network_has_all_weights(figure, name):
    curve = find(figure, name)
    assert curve.n_active[0] == curve.n_total
    assert (np.diff(curve.n_active) < 0).all()


def test_corrected_errors_are_those_of_the_published_energies():
    # The inset of figure 1 gives the energies themselves.
    inset = published.curves("1_inset").set_index("model")["y"]
    for figure, model in (("1a", "FFNN alpha=5"), ("1b", "CNN 4 kernels 3x3")):
        curve = published.corrected(find(figure, "IMP-WR"))
        energy = 100 * inset[model]
        assert curve.is_shifted
        assert curve.value[0] == pytest.approx((energy + 321.0980007876571) / 321.0980007876571, rel=2e-3)
    # 2a has the network of 1a, per site.
    per_site = published.corrected(find("2a", "alpha=2.5"))
    assert find("2a", "alpha=2.5").value[0] - per_site.value[0] == pytest.approx(4.154e-4, abs=1e-7)


@pytest.mark.parametrize(
    ("figure", "name"), [("1c", "IMP-WR"), ("2b", "kappa=1"), ("3a", "L=10"), ("4a", "IMP-WR")]
)
def test_other_curves_are_left_as_they_are(figure, name):
    curve = find(figure, name)
    assert published.corrected(curve) is curve and not curve.is_shifted
