"""The reference energy of a system, by the most accurate method that fits it."""

from typing import Any, NamedTuple

import numpy as np

from sparse_nqs import known_energies
from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians import FlipTable
from sparse_nqs.members.loading import load
from sparse_nqs.members.reference_methods import reference_method, solved
from sparse_nqs.references.extrapolation import BondDimension


class Reference(NamedTuple):
    """A ground energy to compare with.

    Attributes:
        energy: as computed, in the Hamiltonian's units; with DMRG the energy of the state of the largest bond
            dimension, an upper bound.
        extrapolated_energy: extrapolated to zero variance, the one to compare with; `energy` without DMRG.
        error: bound (ED: residual and rounding) or estimate (DMRG) of its error; 0 where the energy is exact.
        method: "exact", "ed" or "dmrg".
        m_x, m_z: magnetisations per site, with exact diagonalisation means over the ground level, with DMRG in the
            state of the largest bond dimension; None where the level has more states than were sought.
        degeneracy: states of the ground level; None with DMRG, and where there are more than were sought.
        truncation_error: weight discarded in the last sweep at the largest bond dimension; 0 without DMRG.
        steps: one entry a bond dimension (DMRG), otherwise empty.
        source: "computed", or "package": from the table that ships with it.
    """

    energy: float
    extrapolated_energy: float
    error: float
    method: str
    m_x: float | None
    m_z: float | None
    degeneracy: int | None = None
    truncation_error: float = 0.0
    steps: tuple[BondDimension, ...] = ()
    source: str = "computed"


def reference_energy(system: dict, table: FlipTable, options: dict) -> Reference:
    """The ground energy of a system.

    A system that is solved by construction says its energy itself (members/systems/). Otherwise exact diagonalisation
    is used up to `max_ed_spins`. Beyond, energies in the table that ships with the package are taken from there, and
    others computed by DMRG, if the system has one.

    Args:
        system: the system's part of a study.
        table: the same system's flip table.
        options: `max_ed_spins` (int), `bond_dimensions` (ascending integers, at least two) and `recompute` (bool:
            nothing is taken from the table).

    Raises:
        WorkError: if no method fits.
    """
    method = reference_method(system, table.n_sites, options["max_ed_spins"])
    member = load("systems", system["model"])
    if method == "exact":
        level = member.exact_ground_level(system)
        return Reference(extrapolated_energy=level["energy"], error=0.0, method="exact", **level)
    if method == "ed":
        from sparse_nqs.references.multiplet import ground_multiplet

        ground = ground_multiplet(table, max_spins=options["max_ed_spins"])
        return Reference(
            ground.energy,
            ground.energy,
            ground.residual + _rounding(table),
            "ed",
            m_x=ground.m_x,
            m_z=ground.m_z,
            degeneracy=ground.degeneracy,
        )
    known = None if options["recompute"] else known_energies.find(system)
    if known is not None:
        return _from_table(known["reference"])
    if method == "dmrg":
        result = member.ground_state_by_dmrg(system, options["bond_dimensions"])
        return Reference(
            result.steps[-1].energy,
            result.energy,
            result.error,
            "dmrg",
            m_x=result.m_x,
            m_z=result.m_z,
            truncation_error=result.steps[-1].truncation_error,
            steps=result.steps,
        )
    raise WorkError(
        f"no reference energy for {system['model']} with {table.n_sites} spins; allowed are any "
        f"model up to references.max_ed_spins = {options['max_ed_spins']} spins, {' and '.join(solved())}"
    )


def _from_table(fields: dict[str, Any]) -> Reference:
    """An entry of the table; what its code did not know yet has its default."""
    known = {name: value for name, value in fields.items() if name in Reference._fields}
    steps = tuple(BondDimension(**step) for step in fields["steps"])
    return Reference(**{**known, "steps": steps, "source": "package"})


def _rounding(table: FlipTable) -> float:
    """How far rounding may take the energy of a state: 2^N numbers are added up, in pairs, of what N terms made."""
    return float(table.n_sites * np.finfo(np.float64).eps * table.rounding_scale)
