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


def test_independent_draws_are_measured_from_the_right_energy():
    rows = published.table2()
    assert [(row.model, row.round) for row in rows] == [
        *(("tfim", number) for number in (13, 16, 19)),
        *(("toric_code", number) for number in (10, 13, 16)),
    ]
    # 1.29e-4 of every error at the critical field belongs to the reference energy of another field.
    assert rows[0].mean == pytest.approx(1.50e-4 - 1.293e-4, abs=1e-7)
    assert (rows[3].mean, rows[3].low, rows[3].high) == (1.83e-5, 0.0, 4.55e-5)
    ours = {"model": "tfim", "length": 10, "width": 10, "network": "ffnn", "alpha": 5.0}
    ours |= {"field": 3.04438, "boundary": "open"}
    assert rows[0].is_of(ours)
    assert not any(rows[0].is_of(ours | {name: other}) for name, other in [("field", 3.0), ("alpha", 2.0)])
    # T(init, imp) of Table 2 is a point of Figure 1a, to its two digits.
    curve = published.curves("1a")
    ticket = curve[curve["series"] == "T(init,imp)"]["y"].to_numpy()
    assert min(abs(ticket - 1.54e-4)) < 1e-6


def test_annotations():
    lines = published.annotations("4b")
    assert lines["value"].tolist() == pytest.approx([16.0], abs=1e-6)
    assert set(published.annotations("2")["kind"]) == {"axvline", "fill_between"}


@pytest.mark.parametrize("read", [published.curves, published.annotations])
def test_an_unknown_figure_is_refused(read):
    with pytest.raises(ValueError, match="no figure '9' in the published data; allowed are"):
        read("9")
