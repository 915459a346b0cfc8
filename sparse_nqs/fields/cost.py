"""What operations cost on one core, and what a network says of its own cost; for estimates alone.

Seconds of processor time on one core of a 2.4 GHz server, from what benchmarks/cost_model.py measures of trainings.
They are rounded so that the estimates lie within a factor of two of all its cases.
"""

from typing import NamedTuple

UNIT = 2.0e-10  # one pre-activation of one configuration, for one flip
PRODUCT = 2.5e-11  # one multiply-add of a matrix product
TOUCHED = 1.7e-9  # one channel of one cell, for a flip of the shallow convolution
CONVOLUTION = 1.0e-10  # one multiply-add of a convolution
ACTIVATION = 6.0e-9  # one number that passes an activation, a LayerNorm or a sum

# A user's network says nothing of its size before it is loaded.
UNKNOWN_WEIGHTS = 10_000


class NetworkCost(NamedTuple):
    """What a dense network on a system costs.

    Attributes:
        evaluation: seconds of log psi at one configuration.
        flip: seconds of log psi at a flipped configuration.
        values: numbers that log psi of one configuration needs at a time.
        flip_per_weight: seconds of a flip for each surviving weight, where a flip of a sparse network costs less.
        by_bits: whether all derivatives are -1, 0 or 1.
        gram_columns: its Gram matrix over samples costs about as much as that of so many columns; None if it is made
            from the derivatives.
    """

    evaluation: float
    flip: float
    values: int
    flip_per_weight: float | None = None
    by_bits: bool = False
    gram_columns: int | None = None
