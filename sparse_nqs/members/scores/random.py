"""Random: a number that nothing but the key decides, so that every choice of survivors is equally likely."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparse_nqs.pruning import ScoreContext, Scores

MEANING = "random weights"


def scores(context: "ScoreContext") -> "Scores":
    """Uniform between 0 and 1, independent of the weights."""
    from sparse_nqs.pruning import random_scores

    return random_scores(context.groups, context.masks, context.key)
