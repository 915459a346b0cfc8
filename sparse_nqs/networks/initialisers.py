"""How the weights of the built-in networks start; biases start at zero."""

from collections.abc import Callable

import jax


def initialiser(name: str, std: float) -> Callable[..., jax.Array]:
    """(key, shape, dtype) -> weights, fan-in being the product of all axes of the shape but the last.

    Args:
        name: "normal", of standard deviation `std`; "he_normal" and "lecun_normal", truncated at two standard
            deviations as Flax's are, of variance 2 / fan-in (K. He et al., arXiv:1502.01852) and 1 / fan-in.
        std: for "normal" alone.

    Raises:
        ValueError: if there is no such name.
    """
    initialisers = jax.nn.initializers
    match name:
        case "normal":
            return initialisers.normal(std)
        case "he_normal":
            return initialisers.he_normal()
        case "lecun_normal":
            return initialisers.lecun_normal()
        case _:
            raise ValueError(f"unknown init {name!r}; allowed are normal, he_normal, lecun_normal")
