import pytest

from sparse_nqs.references.comparison import Computed, page

CRITICAL = {"model": "tfim", "extent": [10, 10], "boundary": "open", "coupling": 1.0, "field": 3.04438}
OURS = Computed(CRITICAL, 100, -321.098, 0.007, "dmrg", 0.925)
TRANSPOSED = Computed(CRITICAL | {"field": 3.04483}, 100, -321.1397, 0.007, "dmrg", 0.927)
TORIC = Computed({"model": "toric_code", "length": 3}, 18, -18.0, 0.0, "exact", 0.0)


def rows_of(text):
    return [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")][1:]


def test_published_energies_of_the_same_system_stand_beside_ours():
    rows = rows_of(page([OURS]))
    assert {row[0].strip() for row in rows} == {"tfim 10 x 10 open, field 3.04438"}
    by_method = {row[5].strip(): row for row in rows}
    assert float(by_method["DMRG"][6]) == pytest.approx(0.0, abs=1e-5)
    assert float(by_method["FFNN alpha=5 dense VMC"][6]) == pytest.approx(-321.090743 + 321.098, abs=1e-6)


def test_what_lies_below_the_ground_energy_is_marked():
    marked = {row[5].strip() for row in rows_of(page([OURS])) if row[7].strip()}
    assert len(marked) == 10
    assert all("ResCNN" in method for method in marked)
    # At the transposed digits they are where they should be.
    assert not any(row[7].strip() for row in rows_of(page([TRANSPOSED])))


def test_the_step_between_neighbouring_fields():
    last = page([TRANSPOSED, OURS]).splitlines()[-1]
    assert "From field 3.04438 to 3.04483 the energy changes by -0.041700" in last
    # -100 * 0.926 * 0.00045
    assert last.endswith("with M_x = 0.9260, is -0.041670.")
    far = OURS._replace(system=CRITICAL | {"field": 3.1})
    other = OURS._replace(system=CRITICAL | {"field": 3.04483, "boundary": "periodic"})
    for references in ([OURS, far], [OURS, other], [OURS, TORIC], [OURS]):
        assert "the energy changes" not in page(references)


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        (TORIC, "-18.000000"),
        (OURS._replace(system=CRITICAL | {"extent": [6, 6]}), "none"),
        (OURS._replace(system=CRITICAL | {"boundary": "periodic"}), "none"),
        (OURS._replace(system=CRITICAL | {"coupling": 2.0}), "none"),
        (OURS._replace(system={"model": "heisenberg", "extent": [4, 4], "boundary": "open"}), "none"),
    ],
)
def test_other_systems(reference, value):
    (row,) = rows_of(page([reference]))
    assert row[4].strip() == value
