"""Models by name: the one place that knows which systems there are."""

import numpy as np

from sparse_nqs.hamiltonians import tfim, toric_code


def build_operator(system: dict):
    """The NetKet operator of a system.

    Args:
        system: the system's part of a study: `model` and that model's options (docs/configuration.md).

    Raises:
        ValueError: if the model is unknown.
    """
    match system["model"]:
        case "tfim":
            return tfim.build(
                tuple(system["extent"]),
                periodic=system["boundary"] == "periodic",
                coupling=system["coupling"],
                field=system["field"],
            )
        case "toric_code":
            return toric_code.build(system["length"])
        case other:
            raise ValueError(f"unknown model {other!r}; allowed are tfim and toric_code")


def cluster_moves(system: dict) -> np.ndarray:
    """The flip sets, beyond single flips, that the sampler of this system proposes: bool (M, N).

    Raises:
        ValueError: if the model is unknown.
    """
    match system["model"]:
        case "tfim":
            return tfim.cluster_moves(tuple(system["extent"]))
        case "toric_code":
            return toric_code.cluster_moves(system["length"])
        case other:
            raise ValueError(f"unknown model {other!r}; allowed are tfim and toric_code")
