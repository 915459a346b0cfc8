"""Figures: one module a kind, drawn from the summary tables alone.

`kinds` is the registry: `draw(kind, tables, figure, style)` gives a Matplotlib figure, `tables_of(kind)` the
tables it reads; `output.save` writes it. The kinds are `isolated`, `error_scan`, `size_scan`, `toric_pair`,
`hidden_units`, `mask_overlap`, `ticket_structure` and `fidelity_matrix`; they are loaded by name, so that an edit in
one concerns the figures of that kind only. They share `style` (the one place for colours, markers, fonts and sizes),
`axes` (scales, legends), `curves`, `dashed` and `marks` (trajectories over seeds), `rows` and `scan` (what is drawn),
`isolated_panel`, `fidelity_panel`, `region_bands` and `lattice`.

Modules here may import NumPy, pandas, Matplotlib (never pyplot: figures are objects without global state)
and, of this package, only geometry that needs NumPy alone (`hamiltonians.toric_code`). They never import jax.
Importing `sparse_nqs.figures` or `kinds` does not import Matplotlib either, so a workflow may ask while it is
parsed.
"""

from sparse_nqs.figures.kinds import draw, tables_of
from sparse_nqs.figures.output import save

__all__ = ["draw", "save", "tables_of"]
