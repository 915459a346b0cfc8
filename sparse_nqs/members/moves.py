"""What a system's families of moves come to together."""

from sparse_nqs.fields.system import System
from sparse_nqs.members.loading import load, names


def rank(system: System, families: tuple[str, ...]) -> int | None:
    """The rank over GF(2) of the flip sets of families; None where only the job that has the Hamiltonian knows."""
    total = 0
    for place, family in enumerate(families):
        if family not in names("move_families"):
            return None
        added: int | None = load("move_families", family).added_rank(system, families[:place])
        if added is None:
            return None
        total += added
    return total


def n_cluster_moves(system: System) -> int:
    """About how many flips of several spins a sweep proposes; of each of a user's own clusters one."""
    known = names("move_families")
    return sum(
        load("move_families", family).count(system) if family in known else 1 for family in system.families
    )
