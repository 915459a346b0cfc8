"""Random keys: every number of a study comes from fold_in(seed, procedure, round, purpose), whatever job draws it."""

import jax

from sparse_nqs.jax_options import PRNG
from sparse_nqs.runtime import require_pinned

# The numbers are part of what a seed means: append, never reorder.
PROCEDURES = {
    "init": 0,
    "dense": 1,
    "imp_wr": 2,
    "t_init_imp": 3,
    "t_rand_imp": 4,
    "t_init_rand": 5,
    "imp_ct": 6,
    "irp_wr": 7,
    "t_rand_rand": 8,
    "t_init_shuffled": 9,
}
PURPOSES = {"weights": 0, "masks": 1, "training": 2, "sampling": 3}


def procedure_key(seed: int, procedure: str, round_index: int, purpose: str, draw: int = 0) -> jax.Array:
    """The key of one purpose in one round of a procedure: a scalar typed key.

    Args:
        seed: of the study.
        procedure: one of `PROCEDURES`.
        round_index: the number of prunings.
        purpose: one of `PURPOSES`.
        draw: which of the independent draws of an isolated training; the first is 0.

    Raises:
        KeyError: if the procedure is not in `PROCEDURES`, or the purpose not in `PURPOSES`.
        WorkError: if JAX's options would change numbers.
    """
    require_pinned()
    draws = (draw,) if draw else ()
    return _folded(seed, PROCEDURES[procedure], round_index, PURPOSES[purpose], *draws)


@jax.jit
def _folded(seed: int, *numbers: int) -> jax.Array:
    key = jax.random.key(seed, impl=PRNG)
    for number in numbers:
        key = jax.random.fold_in(key, number)
    return key
