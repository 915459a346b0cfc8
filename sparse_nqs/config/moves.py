"""Which mixes of the sampler's moves a study may ask for: moves of its system, which reach all configurations."""

from collections.abc import Collection, Mapping

from sparse_nqs.config.systems import System, ToricCode
from sparse_nqs.messages import Problem, not_allowed


def moves_problems(system: System, mix: Mapping[str, int]) -> list[Problem]:
    """What is wrong with `training.moves`.

    A chain walks within the configurations that its moves connect, and chains start anywhere: with moves of a rank
    below N the samples would come from a mixture of sectors. Each sector would count by its size, not by its weight
    in the state.
    """
    names = ("single", "cluster", *system.families)
    problems = [
        Problem(("training", "moves", name), f"must be a family of this system's moves: {', '.join(names)}")
        for name in mix
        if name not in names
    ]
    proposed = {name for name in system.families if mix.get(name, mix.get("cluster", 1)) > 0}
    rank = system.n_sites if mix.get("single", 1) > 0 else _rank(system, proposed)
    if rank is not None and rank < system.n_sites:
        must = f"must be at least 1, as the other moves reach 2^{rank} of 2^{system.n_sites} configurations"
        problems.append(not_allowed(("training", "moves", "single"), mix["single"], must))
    return problems


def _rank(system: System, families: Collection[str]) -> int | None:
    """The rank over GF(2) of the flip sets of families; None where only the job that has the Hamiltonian knows."""
    if isinstance(system, ToricCode):
        # The product of all stars is 1; no loop is a product of stars.
        return (system.length**2 - 1) * ("stars" in families) + 2 * ("loops" in families)
    if not set(families) <= {"bonds", "global"}:
        return None
    # Neighbours make all flips of an even number of spins.
    pairs = (system.n_sites - 1) * ("bonds" in families)
    is_new = "global" in families and (pairs == 0 or system.n_sites % 2 == 1)
    return pairs + is_new
