"""Magnitude: |theta_i| of the trained weights."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparse_nqs.pruning import ScoreContext, Scores

MEANING = "the smallest weights"


def scores(context: "ScoreContext") -> "Scores":
    """|theta_i|."""
    import numpy as np

    return {
        name: np.abs(np.asarray(context.weights[name])) for group in context.groups for name in group.tensors
    }
