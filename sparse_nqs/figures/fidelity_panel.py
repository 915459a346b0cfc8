"""The panel of neighbour fidelities: a dip marks the transition that sparsity induces."""

import pandas as pd

from sparse_nqs.figures import axes, curves, rows, scan


def draw(ax, fidelities: pd.DataFrame, entries: list[scan.ScanEntry]) -> tuple[list, list[curves.SeedCurve]]:
    """Draw the fidelity between rounds k and k + 1 against the weights per spin of round k, a curve a study.

    Returns:
        The legend's entries and the curves.

    Raises:
        ValueError: if a study has no neighbour fidelities.
    """
    handles, lines = [], []
    for entry in entries:
        part = rows.neighbours(fidelities, entry.study)
        line = curves.over_seeds(part, x="rho_a", y="fidelity", step="round_a", log=False)
        handles.append(curves.draw(ax, line, colour=entry.colour, marker=entry.marker, label=entry.label))
        lines.append(line)
    axes.set_linear(ax, *curves.extent(lines))
    ax.set_ylabel(axes.label("fidelity"))
    return handles, lines
