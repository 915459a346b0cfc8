"""Random keys: every number of a study comes from fold_in(seed, procedure, round, purpose), whatever job draws it."""

from hashlib import sha256

import jax

from sparse_nqs.jax_options import PRNG
from sparse_nqs.members.loading import load
from sparse_nqs.runtime import require_pinned

# The numbers are part of what a seed means: append, never reorder.
PURPOSES = {"weights": 0, "masks": 1, "training": 2, "sampling": 3}


def procedure_key(seed: int, procedure: str, round_index: int, purpose: str, draw: int = 0) -> jax.Array:
    """The key of one purpose in one round of a procedure: a scalar typed key.

    Args:
        seed: of the study.
        procedure: "init", or a member of `members.procedures`.
        round_index: the number of prunings.
        purpose: one of `PURPOSES`.
        draw: which of the independent draws of an isolated training; the first is 0.

    Raises:
        ValueError: if there is no such procedure.
        KeyError: if the purpose is not in `PURPOSES`.
        WorkError: if JAX's options would change numbers.
    """
    require_pinned()
    draws = (draw,) if draw else ()
    return _folded(seed, procedure_number(procedure), round_index, PURPOSES[purpose], *draws)


def procedure_number(procedure: str) -> int:
    """What stands for a procedure in its keys: its `KEY`, or 31 bits of its name's hash.

    Raises:
        ValueError: if there is no such procedure.
    """
    if procedure == "init":
        return 0
    of_its_name = int.from_bytes(sha256(procedure.encode()).digest()[:4]) >> 1
    return getattr(load("procedures", procedure), "KEY", of_its_name)


@jax.jit
def _folded(seed: int, *numbers: int) -> jax.Array:
    key = jax.random.key(seed, impl=PRNG)
    for number in numbers:
        key = jax.random.fold_in(key, number)
    return key
