"""The style of all figures: sizes, fonts, colours, markers and names.

Colours are Okabe and Ito's palette (plus one of Paul Tol's and grey), which colour-blind readers can tell
apart; procedures differ by marker as well. Scans over a parameter take a sequential map, cut where it gets
too light. The fonts ship with Matplotlib, so that a figure looks the same on every machine.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from os import PathLike
from typing import IO, Any, Literal, NamedTuple

import matplotlib as mpl
import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from sparse_nqs.members.loading import load
from sparse_nqs.members.networks import ordered as networks_in_order
from sparse_nqs.members.procedures import ordered

MM_PER_INCH = 25.4
Colour = str | tuple[float, float, float, float]

GUTTER_MM = 6.0  # between the two columns of a page


class Look(NamedTuple):
    """The config's `style`.

    Attributes:
        font_size: of axis labels, in points.
        line_width: of curves, in points.
        column_width_mm: of one column of the journal.
        dpi: of the PNG.
    """

    font_size: float = 8.0
    line_width: float = 1.2
    column_width_mm: float = 86.0
    dpi: float = 200.0


class ProcedureLook(NamedTuple):
    """How a procedure appears in every figure."""

    label: str
    colour: str
    marker: str
    line: str


def _look(name: str) -> ProcedureLook:
    procedure = load("procedures", name)
    return ProcedureLook(procedure.SYMBOL, procedure.COLOUR, procedure.MARKER, procedure.LINE)


# In the order of the legends. No marker is a triangle pointing down: arrows down are upper limits.
PROCEDURES: dict[str, ProcedureLook] = {name: _look(name) for name in ordered()}


class NetworkLook(NamedTuple):
    """How a kind of network appears where no procedure or scan gives the colour."""

    label: str
    face: str
    marker: str


def _network_look(name: str) -> NetworkLook:
    network = load("networks", name)
    return NetworkLook(network.LABEL, network.FACE, network.MARKER)


# In shades of grey: the colours belong to procedures.
NETWORKS: dict[str, NetworkLook] = {name: _network_look(name) for name in networks_in_order()}

SCAN_MARKERS = ("o", "s", "^", "D", "h", "<", "p", ">")
BAND_ALPHA = 0.22
REGIONS: dict[str, str] = {"LEP": "#009E73", "APL": "#F0E442", "HEP": "#D55E00"}
GREY = "#555555"
FAINT = "#D0D0D0"

# Axis labels: meaning and symbol of a column.
LABELS: dict[str, str] = {
    "n_active": r"active weights $n$",
    "rho": r"active weights per spin $\rho=n/N$",
    "rel_error": r"relative energy error $(E-E_0)/|E_0|$",
    "abs_error_per_site": r"energy error per spin $|E-E_0|/N$",
    "excess_per_site": r"energy error per spin $(E-E_0)/N$",
    "fidelity": r"neighbour fidelity $F(\psi_k,\psi_{k+1})$",
    "pair_fidelity": r"fidelity $F$",
    "pair_infidelity": r"infidelity $1-F$",
    "m_z_abs": r"magnetisation $\langle|M_z|\rangle$",
    "m_x": r"magnetisation $\langle M_x\rangle$",
    "weight": r"weight $W_{ih}$",
    "energy_per_site": r"energy per spin $E/N$",
    "variance_per_site": r"variance per spin $\mathrm{Var}(H)/N$",
    "seconds_per_step": r"time of a training step $t_\mathrm{step}$ (ms)",
    "step": r"training step $t$",
    "every_step": r"training step $t$, counted through all rounds",
    "network_weight": r"weight of the network $W$",
    "sparsity": r"sparsity $1-n/n_\mathrm{dense}$",
    "density": r"density of weights $n/n_\mathrm{dense}$",
    "overlap": r"overlap of the masks $m_k$ of two seeds",
    "odd_weight_fraction": r"fraction on odd plaquettes $n_\mathrm{odd}/n$",
    "analytic_overlap": r"overlap with the $16N$-weight mask",
}

# Symbols of the columns that a scan may be labelled with; other columns go by their name.
SYMBOLS: dict[str, str] = {
    "alpha": r"$\alpha$",
    "field": r"$\kappa$",
    "length": "$L$",
    "width": "$M$",
    "n_sites": "$N$",
    "n_total": r"$n_\mathrm{dense}$",
    "learning_rate": r"$\eta$",
    "samples": r"$N_\mathrm{samples}$",
}


def read(style: Mapping[str, object]) -> Look:
    """The look that a config's `style` asks for.

    Raises:
        ValueError: if it has an unknown entry or one that is not a positive number.
    """
    unknown = [name for name in style if name not in Look._fields]
    if unknown:
        raise ValueError(f"style: unknown entry {unknown[0]!r}; allowed are {', '.join(Look._fields)}")
    values: dict[str, float] = {}
    for name, value in style.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise ValueError(f"style: {name} is {value!r}; it must be a positive number")
        values[name] = value
    return Look(**values)


def settings(look: Look) -> dict[str, Any]:
    """The Matplotlib settings of a look, on top of Matplotlib's own defaults."""
    small = look.font_size - 1.0
    return {
        "font.family": "STIXGeneral",
        "mathtext.fontset": "stix",
        "font.size": look.font_size,
        "axes.labelsize": look.font_size,
        "axes.titlesize": look.font_size,
        "xtick.labelsize": small,
        "ytick.labelsize": small,
        "legend.fontsize": small,
        "legend.frameon": False,
        "legend.handlelength": 1.9,
        "legend.handletextpad": 0.5,
        "legend.columnspacing": 1.2,
        "legend.labelspacing": 0.3,
        "legend.borderaxespad": 0.3,
        "lines.linewidth": look.line_width,
        "lines.markeredgewidth": 0.4,
        "axes.linewidth": 0.6,
        "axes.labelpad": 2.0,
        "xtick.direction": "in",
        "ytick.direction": "in",
        "xtick.top": True,
        "ytick.right": True,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "xtick.minor.width": 0.4,
        "ytick.minor.width": 0.4,
        "xtick.major.size": 3.0,
        "ytick.major.size": 3.0,
        "xtick.minor.size": 1.6,
        "ytick.minor.size": 1.6,
        "figure.constrained_layout.w_pad": 0.02,
        "figure.constrained_layout.h_pad": 0.02,
        "text.usetex": False,
        "pdf.fonttype": 42,
        "savefig.bbox": None,
    }


def context(look: Look) -> AbstractContextManager[None]:
    """Matplotlib under this look, whatever the user's own matplotlibrc says."""
    return mpl.style.context(["default", settings(look)])


class StyledFigure(Figure):
    """A figure that is also rendered under the look it was made with: ticks and fonts are only made then."""

    def __init__(
        self, look: Look, *, figsize: tuple[float, float], layout: Literal["constrained"] | None
    ) -> None:
        super().__init__(figsize=figsize, layout=layout)
        self.look = look

    def draw(self, renderer: RendererBase) -> None:
        """Draw under the figure's look."""
        with context(self.look):
            super().draw(renderer)

    def draw_without_rendering(self) -> None:
        """Settle ticks and layout under the figure's look."""
        with context(self.look):
            super().draw_without_rendering()

    def savefig(
        self, fname: str | PathLike | IO[bytes], *, transparent: bool | None = None, **options: Any
    ) -> None:
        """Save under the figure's look."""
        with context(self.look):
            super().savefig(fname, transparent=transparent, **options)


def look_of(ax: Axes) -> Look:
    """The look of the figure that axes belong to.

    Raises:
        TypeError: if that is not from `new_figure`.
    """
    figure = ax.figure
    if not isinstance(figure, StyledFigure):
        raise TypeError(f"these axes are in a {type(figure).__name__}; allowed is a StyledFigure")
    return figure.look


def new_figure(
    look: Look, *, columns: int, height_mm: float, layout: Literal["constrained"] | None = "constrained"
) -> StyledFigure:
    """An empty figure, one or two columns of the journal wide.

    Args:
        look: the style.
        columns: 1 or 2.
        height_mm: the height, for the default font size if the layout is constrained: it grows with the font.
        layout: "constrained", or None for axes at fixed positions.
    """
    width = width_mm(look, columns)
    if layout == "constrained":
        height_mm *= max(1.0, look.font_size / Look().font_size)
    return StyledFigure(look, figsize=(width / MM_PER_INCH, height_mm / MM_PER_INCH), layout=layout)


def width_mm(look: Look, columns: int) -> float:
    """The width of one or two columns of the journal."""
    return columns * look.column_width_mm + (columns - 1) * GUTTER_MM


def scan_colours(count: int) -> list[tuple[float, float, float, float]]:
    """Colours of the curves of a scan, in the order of its parameter, from dark to light."""
    return [tuple(colour) for colour in mpl.colormaps["plasma"](np.linspace(0.0, 0.8, count))]


def weight_colours() -> LinearSegmentedColormap:
    """Blue for negative, red for positive weights, with a step at zero: weak ones must show on white."""
    half = np.linspace(0.0, 0.36, 128)
    colours = mpl.colormaps["RdBu_r"](np.concatenate([half, 1.0 - half[::-1]]))
    return LinearSegmentedColormap.from_list("weights", colours, N=256)
