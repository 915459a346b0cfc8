"""Networks: variational families of positive wave functions, log psi(s) real.

`contract` says what the core asks of a network, and `amplitude` what assumes that psi is positive. The modules `ffnn`,
`cnn`, `res_cnn` and `flax` (a user's own module) are loaded by name: each holds a Flax definition and its flip path, a
fast one (FFNN, CNN) or the `generic` one, which only calls log psi. May import: hamiltonians, members.
"""

from sparse_nqs.networks.contract import (
    AnyFlipPath,
    FlipPath,
    FlipSchedule,
    MaskedNetwork,
    Masks,
    Network,
    Params,
)
from sparse_nqs.networks.own_flip_path import WithFlipPath
from sparse_nqs.networks.registry import build_network

__all__ = [
    "AnyFlipPath",
    "FlipPath",
    "FlipSchedule",
    "MaskedNetwork",
    "Masks",
    "Network",
    "Params",
    "WithFlipPath",
    "build_network",
]
