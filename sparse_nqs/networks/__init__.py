"""Networks: variational families of positive wave functions, log psi(s) real.

`protocol` says what the core asks of a network; `generic` answers it for any log psi by calling it; each network's
module holds its Flax definition and, where there is one, its fast flip path. May import: nothing of the package.
"""

from sparse_nqs.networks.protocol import FlipPath, Network, Params
from sparse_nqs.networks.registry import build_network

__all__ = ["FlipPath", "Network", "Params", "build_network"]
