"""What a step of ours costs along a pruning run at 10 x 10, alpha = 5."""

import statistics
from collections.abc import Callable

import numpy as np

from benchmarks.setups import Setup, ffnn, setup, tfim
from benchmarks.step_cost import stepper
from sparse_nqs.pruning import full_masks, n_active

DENSITIES = (0.7, 0.5, 0.35, 0.2, 0.1, 0.05, 0.02, 0.01)


def measure(pruned: Callable[[Setup, float], dict[str, np.ndarray]], repeats: int) -> dict:
    """Milliseconds by number of active weights, and the share of the full network's that the last mask costs."""
    case = setup(tfim(10), ffnn(5))
    masks = [full_masks(case.network.shapes, case.network.prunable)]
    masks += [pruned(case, density) for density in DENSITIES]
    steppers = [stepper(case, mask) for mask in masks]
    # In turn, so that a busy machine slows all alike.
    rounds = [[step() for step in steppers] for _ in range(repeats)]
    costs = [statistics.median(times) for times in zip(*rounds, strict=True)]
    return {
        "case": "trajectory_10x10",
        "n_active_along": [n_active(mask) for mask in masks],
        "milliseconds": costs,
        "last_over_full": costs[-1] / costs[0],
        "target": 0.2,
        "repeats": repeats,
    }
