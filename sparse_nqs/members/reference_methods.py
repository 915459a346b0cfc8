"""How the ground energy of a system is found: by construction, by exact diagonalisation, or by DMRG."""

from sparse_nqs.fields.system import System
from sparse_nqs.members.loading import load, names


def reference_method(system: dict, n_sites: int, max_ed_spins: int) -> str | None:
    """ "exact", "ed" or "dmrg"; None if no reference energy can be computed.

    Args:
        system: the system's part of a study, with all defaults.
        n_sites: its number of spins N.
        max_ed_spins: up to so many spins exact diagonalisation is used.

    Raises:
        ValueError: if the model is unknown.
    """
    solution: str | None = load("systems", system["model"]).solution(system)
    return "ed" if solution != "exact" and n_sites <= max_ed_spins else solution


def reference_mistake(system: System, max_ed_spins: int) -> str | None:
    """Why no reference energy can be computed for a system, as a line; None if one can."""
    if reference_method(system.model_dump(mode="json"), system.n_sites, max_ed_spins):
        return None
    return (
        f"has {system.n_sites} spins, and a reference energy beyond references.max_ed_spins, which is "
        f"{max_ed_spins}, can only be computed for {' and '.join(solved())}"
    )


def solved() -> list[str]:
    """The systems that have a reference energy beyond exact diagonalisation, in words."""
    words = [load("systems", name).SOLVED for name in names("systems")]
    return [word for word in words if word is not None]
