import subprocess
import sys

import pytest

from sparse_nqs import known_energies
from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians import build_operator, compile_operator
from sparse_nqs.references import reference_energy
from sparse_nqs.references.exact_diagonalisation import ground_state

OPTIONS = {"max_ed_spins": 8, "bond_dimensions": [8, 24], "recompute": False}


def tfim(extent, boundary="open"):
    return {"model": "tfim", "extent": extent, "boundary": boundary, "coupling": 1.0, "field": 1.2}


def compiled(system):
    return compile_operator(build_operator(system))


def test_toric_code_is_exact_and_diagonalisation_agrees():
    system = {"model": "toric_code", "length": 2}
    table = compiled(system)
    reference = reference_energy(system, table, OPTIONS)
    assert (reference.energy, reference.error, reference.method) == (-8.0, 0.0, "exact")
    assert reference.extrapolated_energy == reference.energy
    assert reference.energy == pytest.approx(ground_state(table).energy, abs=1e-10)
    assert (reference.m_x, reference.m_z) == (0.0, 0.0)


@pytest.mark.parametrize("boundary", ["open", "periodic"])
def test_small_systems_are_diagonalised(boundary):
    system = tfim([4, 2], boundary)
    table = compiled(system)
    reference = reference_energy(system, table, OPTIONS)
    assert reference.method == "ed"
    assert reference.energy == pytest.approx(ground_state(table).energy, abs=1e-12)
    assert 0.0 <= reference.error < 1e-9
    assert reference.steps == ()


def test_larger_open_lattices_go_to_dmrg_and_agree():
    system = tfim([3, 3])
    table = compiled(system)
    by_dmrg = reference_energy(system, table, OPTIONS)
    by_ed = reference_energy(system, table, OPTIONS | {"max_ed_spins": 9})
    assert (by_dmrg.method, by_ed.method) == ("dmrg", "ed")
    assert by_dmrg.extrapolated_energy == pytest.approx(by_ed.energy, abs=1e-8)
    # As computed it is an upper bound.
    assert by_dmrg.energy == by_dmrg.steps[-1].energy > by_ed.energy - 1e-12
    assert by_ed.extrapolated_energy == by_ed.energy
    assert by_dmrg.m_x == pytest.approx(by_ed.m_x, abs=1e-7)
    assert by_dmrg.m_z == pytest.approx(by_ed.m_z, abs=1e-9)
    assert [step.bond_dimension for step in by_dmrg.steps] == [8, 24]
    assert by_dmrg.truncation_error == by_dmrg.steps[-1].truncation_error


@pytest.fixture
def known(monkeypatch):
    """A table with one entry, of a 2 x 5 lattice."""
    step = {"bond_dimension": 4, "energy": -16.0, "variance": 0.1, "truncation_error": 1e-4, "sweeps": 3}
    reference = {
        "energy": -16.0,
        "extrapolated_energy": -16.5,
        "error": 0.25,
        "method": "dmrg",
        "m_x": 0.5,
        "m_z": 0.0,
        "truncation_error": 1e-4,
        "steps": [step],
    }
    made_by = {"spec_hash": "a", "code_hash": "b", "versions": "c"}
    entry = {"system": tfim([2, 5]), "reference": reference, "seconds": 1.0, "made_by": made_by}
    monkeypatch.setattr(known_energies, "entries", lambda: (entry,))


@pytest.mark.parametrize("extent", [[2, 5], [5, 2]])
def test_a_known_energy_is_taken_from_the_table(known, extent):
    reference = reference_energy(tfim(extent), compiled(tfim(extent)), OPTIONS)
    assert (reference.extrapolated_energy, reference.error, reference.source) == (-16.5, 0.25, "package")
    assert [step.variance for step in reference.steps] == [0.1]


@pytest.mark.parametrize(
    ("system", "options"),
    [
        (tfim([2, 5]), {"recompute": True}),
        (tfim([2, 5]), {"max_ed_spins": 10}),
        (tfim([2, 5]) | {"field": 1.3}, {}),
        (tfim([3, 3]), {}),
    ],
)
def test_what_is_not_known_or_small_is_computed(known, system, options):
    assert reference_energy(system, compiled(system), OPTIONS | options).source == "computed"


def test_what_nothing_fits_is_refused():
    system = tfim([3, 3], "periodic")
    with pytest.raises(WorkError, match="no reference energy for tfim with 9 spins; allowed are") as caught:
        reference_energy(system, compiled(system), OPTIONS)
    assert "\n" not in str(caught.value)


def test_the_import_is_light():
    program = (
        "import sys; import sparse_nqs.references, sparse_nqs.published; "
        "print(sorted({'tenpy', 'scipy', 'pandas', 'netket', 'jax'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
