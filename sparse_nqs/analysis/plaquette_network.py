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
tends to -2 L^2 as 2 L^2 (L^2 - 1) exp(-16 w).
"""

from itertools import product

import numpy as np

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
