"""Networks: variational families of positive wave functions, log psi(s) real.

`protocol` says what the core asks of a network. The modules `ffnn`, `cnn`, `res_cnn` and `flax` (a user's own module)
are loaded by name: each holds a Flax definition and its flip path, a fast one (FFNN) or the `generic` one, which only
calls log psi. May import: hamiltonians, members.
"""

from sparse_nqs.networks.protocol import FlipPath, Network, Params, Stages
from sparse_nqs.networks.registry import build_network

__all__ = ["FlipPath", "Network", "Params", "Stages", "build_network"]
