import pytest

from sparse_nqs import published


def test_energies():
    rows = published.energies()
    assert len(rows) == 23
    assert rows["energy"].notna().all() and rows["source"].notna().all()
    dmrg = rows[rows["method"] == "DMRG"].iloc[0]
    assert (dmrg["L"], dmrg["kappa"], dmrg["energy"]) == (10, 3.04438, -321.0980007876571)
    toric = rows[rows["model"] == "toric code"].iloc[0]
    assert toric["energy"] == -2.0 * toric["L"] ** 2


def test_curves_carry_the_published_numbers_of_weights():
    curve = published.curves("1a")
    pruned = curve[curve["series"] == "IMP-WR"]
    # Layer-wise pruning by 12 % of what remains, from the 100 x 500 weights of the dense network.
    expected = [50000]
    while len(expected) < 10:
        expected.append(expected[-1] - round(0.12 * expected[-1]))
    assert pruned["x"].iloc[:10].tolist() == expected
    assert (published.curves()["figure"] == "1a").sum() == len(curve)


def test_annotations():
    lines = published.annotations("4b")
    assert lines["value"].tolist() == pytest.approx([16.0], abs=1e-6)
    assert set(published.annotations("2")["kind"]) == {"axvline", "fill_between"}


@pytest.mark.parametrize("read", [published.curves, published.annotations])
def test_an_unknown_figure_is_refused(read):
    with pytest.raises(ValueError, match="no figure '9' in the published data; allowed are"):
        read("9")
