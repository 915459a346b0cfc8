"""What a solution of stochastic reconfiguration costs by each of its solvers, counted in operations.

A leaf: `vmc` takes the cheapest solver, and `planning` may estimate the time of a step from the same numbers. An
operation is one multiply-add of a matrix product; other work counts as many of them as take the same time.
"""

from typing import NamedTuple

# In those of a matrix product: an operation in counting bits, in a factorisation in float64 (half of that in float32),
# and a number loaded.
_COUNT, _FACTORISE, _LOAD = 0.33, 2.0, 20.0
# The cost of compiling the longer program of the iteration, shared among a few hundred steps.
_COMPILE = 5e8


class Unpruned(NamedTuple):
    """A network that multiplies by its Gram matrix without writing down the derivatives.

    Attributes:
        weights: of the network with all weights of its live units.
        columns: its Gram matrix costs about as much as that of so many columns.
    """

    weights: int
    columns: int


class SrSize(NamedTuple):
    """How large an SR problem is.

    Attributes:
        weights: P, the trained weights.
        samples: n.
        by_bits: whether all derivatives are -1, 0 or 1, so that their products are counts of bits.
        weighted: whether the samples have weights.
        unpruned: for the iterative solver; None: it cannot be used.
    """

    weights: int
    samples: int
    by_bits: bool = False
    weighted: bool = False
    unpruned: Unpruned | None = None


class SrCost(NamedTuple):
    """Operations of one solution, and of its share of the compilation."""

    solution: float
    compilation: float = 0.0


def sr_costs(size: SrSize) -> dict[str, SrCost]:
    """The cost of each solver that the network allows: "parameters", "samples" and "iterative"."""
    p, n = size.weights, size.samples
    # Half of a symmetric product is copied, hence n^2 and not 2 n^2.
    gram = _COUNT if size.by_bits else 1.0
    # With weights of the samples S is a product of numbers.
    costs = {
        "parameters": SrCost((1.0 if size.weighted else gram) * p**2 * n + _FACTORISE * p**3 / 3),
        "samples": SrCost(gram * n**2 * p + _FACTORISE * n**3 / 3),
    }
    if size.unpruned is not None:
        everything, columns = size.unpruned
        full = n**2 * columns + _FACTORISE / 2 * n**3 / 3
        # Iterations as seen at 10 x 10, alpha = 5, lambda = 1e-3: 8, 12, 19, 51 and 222 with 28, 10, 5, 2.5 and 1 times
        # as many weights as samples. The distance of K from its preconditioner is the variance of a sum over a random
        # mask.
        spread = n * max(0.0, 1.0 / p - 1.0 / everything)
        iterations = 5.0 + 200.0 * spread**1.6
        costs["iterative"] = SrCost(full + iterations * (3.0 * n * everything + _LOAD * n**2), _COMPILE)
    return costs


def cheapest_solver(size: SrSize) -> str:
    """The solver that costs least, its compilation included."""
    costs = sr_costs(size)
    return min(costs, key=lambda solver: sum(costs[solver]))


def sr_operations(size: SrSize) -> float:
    """Operations of one solution by the cheapest solver, without compilation."""
    return sr_costs(size)[cheapest_solver(size)].solution
