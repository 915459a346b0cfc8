"""Networks: variational families of positive wave functions, log psi(s) real.

`protocol` says what the core asks of a network; each network's module holds its Flax definition and its fast flip
path. May import: hamiltonians.
"""

from sparse_nqs.networks.protocol import FlipPath, Network, Params
from sparse_nqs.networks.registry import build_network

__all__ = ["FlipPath", "Network", "Params", "build_network"]
