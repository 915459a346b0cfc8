"""Relative errors are relative to |E_0|, unless it is zero, as for Hamiltonians that are sums of projectors."""

from sparse_nqs.hamiltonians import FlipTable

# A part of the `rounding_scale`: energies are sums of numbers of that size, and rounding leaves some 1e-14 of it.
_ROUNDING = 1e-10


def relative_to(energy: float, error: float, table: FlipTable) -> float | None:
    """|E_0|, what the errors of a system's energies are divided by; None where E_0 is zero within error and rounding.

    Args:
        energy: E_0, in the Hamiltonian's units.
        error: its error.
        table: the Hamiltonian.
    """
    return abs(energy) if abs(energy) > max(error, _ROUNDING * table.rounding_scale) else None


def note_on_zero(name: str, energy: float, error: float) -> str:
    """The line that says what becomes of relative errors of a system without."""
    return (
        f"note: {name}: the ground energy {energy:.3g} is zero within its error ({error:.1e}) and rounding, so there "
        "are no relative errors: rel_error is null in the tables, and figures show abs_error_per_site in its place"
    )
