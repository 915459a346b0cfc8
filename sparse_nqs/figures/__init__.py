"""Figures: one module a kind, drawn from the summary tables alone.

`draw(kind, tables, figure, style)` gives a Matplotlib figure, `caption(kind, tables, figure)` its caption,
`tables_of(kind)` the tables it reads; `output.save` writes it. A kind is a file in `members/figures/`, loaded by name,
so that an edit in one concerns the figures of that kind only; docs/figures.md lists them. Here is how the built-in
kinds draw, a module each. They share `style` (the one place for colours, markers, fonts and sizes), `axes` (scales,
legends), `words` (captions), `curves`, `dashed` and `marks` (trajectories over seeds), `rows` and `scan` (what is
drawn), `procedure_panel`, `fidelity_panel`, `variance_panel` with `inset`, `region_bands`, `paper_curves`, `lattice`.

May import: members, hamiltonians, analysis. It takes from these only modules that need no more than NumPy, pandas and
SciPy: the names and looks of members, the geometry (`hamiltonians.toric_code`) and `analysis.sparsity`. Modules here
import NumPy, pandas and Matplotlib (never pyplot: figures are objects without global state), and never jax. Importing
`sparse_nqs.figures` or `kinds` does not import Matplotlib either, so a workflow may ask while it is parsed.
"""

from sparse_nqs.figures.kinds import caption, draw
from sparse_nqs.figures.output import save
from sparse_nqs.members.figures import tables_of

__all__ = ["caption", "draw", "save", "tables_of"]
