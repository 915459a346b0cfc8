"""Which mixes of the sampler's moves a study may ask for: moves of its system, which reach all configurations."""

from collections.abc import Mapping

from sparse_nqs.fields.system import System
from sparse_nqs.members.moves import rank as rank_of
from sparse_nqs.messages import Mistake, not_allowed


def moves_mistakes(system: System, mix: Mapping[str, int]) -> list[Mistake]:
    """What is wrong with `training.moves`.

    A chain walks within the configurations that its moves connect, and chains start anywhere: with moves of a rank
    below N the samples would come from a mixture of sectors. Each sector would count by its size, not by its weight
    in the state.
    """
    allowed = ("single", "cluster", *system.families)
    mistakes = [
        Mistake(("training", "moves", name), f"must be a family of this system's moves: {', '.join(allowed)}")
        for name in mix
        if name not in allowed
    ]
    proposed = tuple(name for name in system.families if mix.get(name, mix.get("cluster", 1)) > 0)
    rank = system.n_sites if mix.get("single", 1) > 0 else rank_of(system, proposed)
    if rank is not None and rank < system.n_sites:
        must = f"must be at least 1, as the other moves reach 2^{rank} of 2^{system.n_sites} configurations"
        mistakes.append(not_allowed(("training", "moves", "single"), mix["single"], must))
    return mistakes
