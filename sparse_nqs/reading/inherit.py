"""`like`: a study that starts from another one."""

from typing import Any

from sparse_nqs.messages import Mistake, closest, listed, not_allowed

# The keys that choose a member of a union; naming another member starts that part afresh.
_CHOICES = ("model", "kind")
# The keys that name a piece of code or a rule, and what beside them means nothing to another one.
_OWNED = {
    "module": ("options", "prunable"),
    "operator": ("options", "clusters"),
    "name": ("options",),
}


def resolve(studies: dict[str, Any]) -> tuple[dict[str, Any], list[Mistake]]:
    """Every study with all that it takes from others, without its `like`.

    Mappings are merged, key by key and at all depths; lists and single values are replaced. A mapping that
    names another `model` or `kind` than the one it would be merged with replaces it as a whole, because the options
    of one model mean nothing to another. Where another `module`, `operator` or rule of Optax is named, the options of
    the former one stay behind; with another `model` so do the moves of the sampler, which belong to it.

    Args:
        studies: the studies as written; those that are no mappings are passed on for others to complain of.

    Returns:
        The studies that could be put together, and the mistakes with the `like` of others.
    """
    mistakes = [
        mistake
        for name, study in studies.items()
        if _like(study) is not None and (mistake := _check_like(name, studies)) is not None
    ]
    resolved = {}
    for name, study in studies.items():
        chain = lineage(name, studies)
        if not isinstance(study, dict):
            resolved[name] = study
        elif chain is not None:
            merged: dict[str, Any] = {}
            for ancestor in reversed(chain):
                merged = merge(merged, studies[ancestor])
            resolved[name] = {key: value for key, value in merged.items() if key != "like"}
    return resolved, mistakes


def lineage(name: str, studies: dict[str, Any]) -> list[str] | None:
    """The study, the one it is like, and so on; None if it is broken, endless or ends in no mapping."""
    chain = [name]
    while (base := _like(studies[chain[-1]])) is not None:
        if not isinstance(base, str) or base not in studies or base in chain:
            return None
        chain.append(base)
    return None if len(chain) > 1 and not isinstance(studies[chain[-1]], dict) else chain


def _like(study: Any) -> Any:
    """What stands after `like`; None if the study has none."""
    if not isinstance(study, dict) or "like" not in study:
        return None
    return study["like"] if study["like"] is not None else ""


def _check_like(name: str, studies: dict[str, Any]) -> Mistake | None:
    base = _like(studies[name])
    others = [other for other in studies if other != name]
    if not isinstance(base, str) or base not in studies:
        must = f"must be the name of another study: {listed(others)}"
        must += closest(base, others) if isinstance(base, str) else ""
        return not_allowed(("studies", name, "like"), studies[name]["like"], must)
    chain = [name]
    while isinstance(base, str) and base in studies and base not in chain:
        chain.append(base)
        base = _like(studies[base])
    if base == name:
        must = f"must not lead back to the study itself ({' -> '.join([*chain, name])})"
        return not_allowed(("studies", name, "like"), studies[name]["like"], must)
    return None


def merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`base` with the entries of `over` put on top, mapping by mapping, as `resolve` says."""
    if any(_differ(base, over, key) for key in _CHOICES):
        return over
    left = {part for key, owned in _OWNED.items() if _differ(base, over, key) for part in owned}
    merged = {key: value for key, value in _without_moves(base, over).items() if key not in left}
    for key, value in over.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _differ(base: Any, over: Any, key: str) -> bool:
    """True if both are mappings that have the key, with different values."""
    both = isinstance(base, dict) and isinstance(over, dict) and key in base and key in over
    return both and base[key] != over[key]


def _without_moves(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`base` without the families of moves in its training, if `over` names another model."""
    training = base.get("training")
    if not isinstance(training, dict) or not _differ(base.get("system"), over.get("system"), "model"):
        return base
    return base | {"training": {key: value for key, value in training.items() if key != "moves"}}
