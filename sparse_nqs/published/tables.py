"""The published energies and curves, for comparison: tables that come with the package.

B. Barton, J. Carrasquilla, C. Roth, A. Valenti, arXiv:2505.22734. README.md beside this module says where the numbers
come from, and which of them not to trust.
"""

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def energies() -> "pd.DataFrame":
    """Published energies, a row each.

    Columns: model ("TFIM2D" | "toric code"), L, kappa (NaN where there is none), boundary, method, energy (of
    the whole system, J = 1), source.
    """
    return _read("reference_energies.csv")


def curves(figure: str | None = None) -> "pd.DataFrame":
    """The published curves, a row a point.

    Columns: figure, panel, series, model, x_name, x, y_name, y. Numbers of weights are exact, y is good to about
    1e-8.

    Args:
        figure: only this figure: "1_inset", "1a", "1b", "1c", "2", "3" (panels a, b) or "4a".

    Raises:
        ValueError: if there is no such figure.
    """
    return _of_figure(_read("paper_curves.csv"), figure)


def annotations(figure: str | None = None) -> "pd.DataFrame":
    """The lines and shaded regions drawn into the published figures, a row each.

    Columns: figure, panel, kind ("axvline" | "hline" | "fill_between"), value (of a line), x_lo, x_hi and
    n_points (of a region), note.

    Args:
        figure: only this figure: "1_inset", "2", "3", "4a", "4b" or "appendix_variance".

    Raises:
        ValueError: if there is no such figure.
    """
    return _of_figure(_read("paper_annotations.csv"), figure)


def gpu_hours() -> "pd.DataFrame":
    """The paper's Table 9: hours on an NVIDIA A100, rounded up, a row a system and network.

    Columns: system ("tfim" | "toric_code"), size ("10x10"), network, pruning_gpu_hours (a whole iterative pruning),
    isolated_gpu_hours (one isolated training).
    """
    return _read("paper_table9.csv")


def independent_draws() -> "pd.DataFrame":
    """The paper's Table 2 as printed, a row a network and round; see `table2`."""
    return _read("paper_table2.csv")


def _read(name: str) -> "pd.DataFrame":
    import pandas as pd

    with files("sparse_nqs.published").joinpath("data", name).open(encoding="utf-8") as stream:
        return pd.read_csv(stream, dtype={"figure": str, "panel": str, "series": str})


def _of_figure(rows: "pd.DataFrame", figure: str | None) -> "pd.DataFrame":
    if figure is None:
        return rows
    names = sorted(rows["figure"].unique())
    if figure not in names:
        raise ValueError(f"no figure {figure!r} in the published data; allowed are {', '.join(names)}")
    return rows[rows["figure"] == figure].reset_index(drop=True)
