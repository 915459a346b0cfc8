"""The published numbers, for comparison: tables that come with the package, and curves that know their systems.

B. Barton, J. Carrasquilla, C. Roth, A. Valenti, arXiv:2505.22734. A leaf: it imports nothing else of this package.
"""

from sparse_nqs.published.match import Counterpart, counterparts
from sparse_nqs.published.series import CRITICAL, Series, corrected, series
from sparse_nqs.published.table2 import Table2Row, table2
from sparse_nqs.published.tables import annotations, curves, energies, gpu_hours

__all__ = [
    "CRITICAL",
    "Counterpart",
    "Series",
    "Table2Row",
    "annotations",
    "corrected",
    "counterparts",
    "curves",
    "energies",
    "gpu_hours",
    "series",
    "table2",
]
