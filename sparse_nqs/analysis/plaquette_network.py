"""The analytic network of the toric code: eight hidden units a plaquette.

The four edges of a plaquette have eight sign patterns with an odd number of minus signs. A hidden unit with weights
w times such a pattern on these edges, for each pattern and plaquette, makes an FFNN of 8 L^2 units and 32 L^2 = 16 N
weights with

    log psi(s) = w sum_p (6 + 2 B_p(s)),  B_p the product of the four spins:

of the eight products s . pattern four are 2 and four -2 if B_p = 1, and one is 4, one -4, six are 0 if B_p = -1. As w
grows psi becomes the sum of all configurations without a violated plaquette, a ground state. Its stars are all 1 for
every w, so that with t = tanh(4 w) the exact energy is

    E(w) = -L^2 - L^2 (t + t^(L^2 - 1)) / (1 + t^(L^2)),

the mean B_p of L^2 signs with weight exp(4 w B_p) each and product 1. Violated plaquettes come in pairs, so that it
tends to -2 L^2 as 2 L^2 (L^2 - 1) exp(-16 w). The local energy is -2 L^2 + 2 k with k violated plaquettes, so that

    E(w) = -2 L^2 + 2 <k>,  Var(w) = 4 (<k^2> - <k>^2),  P(k) ~ binomial(L^2, k) exp(-8 w k), k even,

as all sets of an even number of violated plaquettes belong to equally many configurations.
"""

from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from sparse_nqs.hamiltonians.toric_code import plaquettes

# Sign patterns of four edges with an odd number of minus signs: int (8, 4).
ODD_PATTERNS = np.array([signs for signs in product((1, -1), repeat=4) if np.prod(signs) == -1])


def n_units(length: int) -> int:
    """The number of hidden units, 8 L^2."""
    return len(ODD_PATTERNS) * length**2


def kernel(length: int, weight: float, units: int | None = None) -> np.ndarray:
    """The weights: float64 (2 L^2, units), unit 8 p + k having pattern k on plaquette p.

    Args:
        length: the torus' side L, at least 2.
        weight: w, the magnitude of every weight.
        units: hidden units of the network, those beyond 8 L^2 without weights; None for 8 L^2.

    Raises:
        ValueError: if that is fewer than 8 L^2.
    """
    needed = n_units(length)
    units = needed if units is None else units
    if units < needed:
        raise ValueError(f"{units} hidden units are too few; allowed are {needed} and more")
    weights = np.zeros((2 * length**2, units))
    for number, edges in enumerate(plaquettes(length)):
        first = number * len(ODD_PATTERNS)
        weights[edges, first : first + len(ODD_PATTERNS)] = weight * ODD_PATTERNS.T
    return weights


class ClosedForm(NamedTuple):
    """What the network's energy and variance are.

    Attributes:
        excess: E(w) + 2 L^2, the energy above that of the ground state, to its own relative accuracy.
        variance: Var(w).
    """

    excess: float
    variance: float


def closed_form(length: int, weight: float) -> ClosedForm:
    """Energy and variance of the network, as sums over the number of violated plaquettes.

    Args:
        length: the torus' side L, at least 2.
        weight: w.
    """
    count = length**2
    violated = np.arange(0, count + 1, 2)
    logarithms = gammaln(count + 1) - gammaln(violated + 1) - gammaln(count - violated + 1)
    logarithms -= 8 * weight * violated
    odds = np.exp(logarithms - logarithms.max())
    odds /= odds.sum()
    mean = float(odds @ violated)
    return ClosedForm(2 * mean, 4 * float(odds @ (violated - mean) ** 2))
