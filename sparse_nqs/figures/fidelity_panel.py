"""The panel of neighbour fidelities: a dip marks the transition that sparsity induces."""

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from sparse_nqs.figures import axes, curves, rows, scan


def draw(
    ax: Axes, fidelities: pd.DataFrame, entries: list[scan.ScanEntry]
) -> tuple[list[Artist], list[curves.SeedCurve]]:
    """Draw the fidelity between rounds k and k + 1 against the weights per spin of round k, a curve a study.

    Returns:
        The legend's entries and the curves.

    Raises:
        ValueError: if a study has no neighbour fidelities.
    """
    handles, lines = scan.draw(
        ax,
        entries,
        lambda study: rows.neighbours(fidelities, study),
        x="rho_a",
        y="fidelity",
        step="round_a",
        log=False,
    )
    axes.set_linear(ax, *curves.extent(lines))
    ax.set_ylabel(axes.label("fidelity"))
    return handles, lines
