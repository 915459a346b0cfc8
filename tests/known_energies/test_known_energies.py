import json

import pytest

from sparse_nqs import known_energies, published
from sparse_nqs.planning import specs
from sparse_nqs.planning.cost import reference as cost_of
from sparse_nqs.reading import parse_config
from sparse_nqs.stages.known_energies import entry_of
from sparse_nqs.storage.results import write_result


def system(length, field=3.04438):
    return {"model": "tfim", "extent": [length] * 2, "boundary": "open", "coupling": 1.0, "field": field}


# Every system of the paper beyond exact diagonalisation.
PAPER = [
    *(system(length) for length in (5, 6, 7, 8, 9, 10)),
    *(system(10, field) for field in (0.1, 1.0, 2.0, 4.0, 5.0, 6.0)),
]


@pytest.mark.parametrize("wanted", PAPER, ids=lambda entry: f"{entry['extent'][0]}_{entry['field']}")
def test_the_systems_of_the_paper_are_known_to_a_millionth(wanted):
    reference = known_energies.find(wanted)["reference"]
    assert reference["error"] <= 1e-6 * abs(reference["extrapolated_energy"])
    # An upper bound, and no published network lies below the extrapolated energy by more than its error.
    assert reference["energy"] >= reference["extrapolated_energy"]


def test_no_published_energy_lies_below():
    rows = published.energies()
    rows = rows[(rows["model"] == "TFIM2D") & (rows["L"] == 10) & ~rows["method"].str.startswith("mean")]
    for row in rows[rows["kappa"] != published.CRITICAL].to_dict("records"):
        reference = known_energies.find(system(10, row["kappa"]))["reference"]
        # The published energies are sampled: standard errors of 1e-3 at most.
        assert row["energy"] > reference["extrapolated_energy"] - reference["error"] - 3e-3


def test_energies_against_those_of_others():
    # DMRG of bond dimension 3000 in arXiv:2505.22734.
    critical = known_energies.find(system(10))["reference"]
    assert critical["extrapolated_energy"] == pytest.approx(-321.09800, abs=3e-4)
    assert known_energies.find(system(6))["reference"]["extrapolated_energy"] == pytest.approx(
        -115.065638, abs=2e-6
    )


def test_an_energy_that_is_known_costs_nothing_and_is_part_of_the_spec(monkeypatch):
    study = {"system": system(10), "network": {"kind": "ffnn", "alpha": 1}}

    def made(**references):
        config = parse_config({"studies": {"s": study}, "references": references})
        only = config.studies["s"]
        return specs.reference_spec(only, config), cost_of(only, config.references).seconds

    (known, cheap), (again, dear) = made(), made(recompute=True)
    assert "known" in json.loads(known) and "known" not in json.loads(again)
    assert dear > 5 * cheap
    monkeypatch.setattr(known_energies, "entries", lambda: ())
    assert made()[0] != known


def test_entries_are_made_from_references_of_dmrg(tmp_path):
    place = tmp_path / "references" / "lattice.json"
    (tmp_path / "benchmarks" / "reference").mkdir(parents=True)
    (tmp_path / "benchmarks" / "reference" / "lattice.tsv").write_text("s\tcpu_time\n9.0\t7.5\n")
    place.parent.mkdir()
    made_by = {"spec_hash": "a", "code_hash": "b", "versions": "c"}
    content = {"method": "dmrg", "energy": -1.0, "made_by": made_by}
    write_result(place, "reference", content, {"system": system(7)})
    assert entry_of(tmp_path, "lattice") == {
        "system": system(7),
        "reference": {"method": "dmrg", "energy": -1.0},
        "seconds": 7.5,
        "made_by": made_by,
    }
    write_result(place, "reference", content | {"method": "ed"}, {"system": system(7)})
    assert entry_of(tmp_path, "lattice") is None
