"""Figure kind `energy_trace`: energy per spin over the training steps of all rounds of one seed, one after another.

Panels: the energy, and its distance from the ground energy on a logarithmic axis.
The dense training comes first; every chain goes on from its end. Values are those of single training steps, with the
noise of their samples, and the table has every k-th step.

Options: `study`, `procedures` (chains), `seed`.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sparse_nqs.figures import axes, rows, uncertainty, words
from sparse_nqs.figures.style import FAINT, GREY, PROCEDURES, Look, new_figure

MOST_MARKS = 25
# Of the steps of a training, from its end: where it has settled.
SETTLED = 0.25
# The part that is left of the way from a round's first step to its settled steps when it has come back.
LEFT = 0.1
# A first step is no rise if it lies nearer above the settled steps than this, in their scatters.
SIGMAS = 3.0


class Rise(NamedTuple):
    """How the beginning of a round changes the energy per spin.

    Attributes:
        height: of its first step above the settled steps of the training before.
        steps: until nine tenths of the way from its first step to its settled ones are gone; nan if it begins there.
    """

    height: float
    steps: float


def draw(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any], look: Look) -> Figure:
    """Draw the figure; see the module's docstring and `kinds.draw`."""
    traces, ground = _traces(tables, figure), _ground(tables, figure)
    drawn = new_figure(look, columns=2, height_mm=105)
    panels = drawn.subplots(2, 1, sharex=True)
    energies, errors = panels
    handles = []
    for depth, (name, part) in enumerate(traces.items()):
        style = PROCEDURES[name]
        for ax, values in ((energies, part["per_spin"]), (errors, part["per_spin"] - ground)):
            (line,) = ax.plot(
                part["at"],
                # What is below the ground energy by noise leaves a gap on the logarithmic axis.
                values if ax is energies else values.where(values > 0),
                color=style.colour,
                linewidth=0.5 * look.line_width,
                label=style.label,
                # Those that are named first lie on top.
                zorder=3.5 - 0.1 * depth,
                gid="curve",
            )
        handles.append(line)
    handles += _mark_rounds(panels, traces[figure["procedures"][0]])
    label = "$E_0/N$"
    handles.append(
        energies.axhline(
            ground, color=GREY, linestyle="--", linewidth=0.8, zorder=2, label=label, gid="ground"
        )
    )
    every = np.concatenate([part["per_spin"] for part in traces.values()])
    low, high = min(every.min(), ground), max(every.max(), ground)
    margin = 0.06 * max(high - low, 1e-6)
    energies.set_ylim(low - margin, high + margin)
    energies.ticklabel_format(axis="y", useOffset=False)
    above = every[every > ground] - ground
    axes.set_log(errors, "y", *((above.min(), above.max()) if above.size else (np.nan, np.nan)))
    last = max(part["at"].max() for part in traces.values())
    errors.set_xlim(-0.01 * last, 1.01 * last)
    errors.set_xlabel(axes.label("every_step"))
    energies.set_ylabel(axes.label("energy_per_site"))
    errors.set_ylabel(axes.label("excess_per_site"))
    for index, ax in enumerate(panels):
        axes.letter(ax, index)
    axes.legend_above_figure(drawn, handles)
    return drawn


def caption(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> str:
    """The figure's caption."""
    rounds, study, chosen = tables["rounds"], figure["study"], list(figure["procedures"])
    traces = _traces(tables, figure)
    own = rounds[(rounds["study"] == study) & rounds["procedure"].isin(["dense", *chosen])]
    shown = (
        "(a) Energy per spin, (b) its distance from the ground energy, over the training steps of the dense network "
        f"and of all rounds of {', '.join(words.PROCEDURES[name] for name in chosen)}, one after another: "
        f"{_stride(traces['dense'])} of the dense training, {_stride(traces[chosen[0]])} of a round. Vertical lines: "
        f"rounds of {words.PROCEDURES[chosen[0]]} begin. Dashed: the ground energy; steps that lie below it by noise "
        "are gaps in (b)."
    )
    noise = np.median(np.concatenate([part["error"] for part in traces.values()]))
    seeds = (
        f"Seed {figure.get('seed', 0)}. All values are sampled, means over the samples of one step; their standard "
        f"errors, of {words.number(float(noise))} per spin (median), are not drawn. {uncertainty.references(own)}"
    )
    said = [_sentence(name, traces) for name in chosen]
    return words.page(shown, words.systems(rounds, [study]), seeds, said)


def _traces(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """The dense training and each chain: round, step, at (steps since the start), per_spin and error."""
    where = {"study": figure["study"], "seed": figure.get("seed", 0)}
    n_sites = rows.constant(rows.select(tables["rounds"], "rounds", study=where["study"]), "n_sites", "")
    own = rows.select(tables["histories"], "histories", **where).sort_values(["round", "step"])
    own = own.assign(per_spin=own["energy"] / n_sites, error=own["energy_error"] / n_sites)
    traces = {}
    start = 0
    for name in ("dense", *figure["procedures"]):
        part = rows.select(own, "histories", **where, procedure=name)
        # The last step of a training is always in the table.
        lengths = part.groupby("round")["step"].max() + 1
        begins = start + lengths.cumsum() - lengths
        traces[name] = part.assign(at=part["step"] + part["round"].map(begins))
        start = start or int(lengths.sum())
    return traces


def _ground(tables: Mapping[str, pd.DataFrame], figure: Mapping[str, Any]) -> float:
    """The ground energy per spin."""
    own = rows.select(tables["rounds"], "rounds", study=figure["study"])
    energy, n_sites = (rows.constant(own, name, figure["study"]) for name in ("reference_energy", "n_sites"))
    return float(energy) / float(n_sites)


def _stride(trace: pd.DataFrame) -> str:
    """Which steps of a training are in the table, in words."""
    gap = trace.groupby("round")["step"].diff().median()
    return f"one step in {gap:g}" if gap > 1 else "all steps"


def _mark_rounds(panels: Sequence[Axes], trace: pd.DataFrame) -> list[Line2D]:
    """Light lines where rounds begin, at most `MOST_MARKS` of them; the legend's entry."""
    begins = trace.groupby("round")["at"].min()
    every = next(number for number in (1, 2, 5, 10, 20, 50, 100, 1000) if len(begins) <= MOST_MARKS * number)
    for ax, place in product(panels, begins.iloc[::every]):
        ax.axvline(place, color=FAINT, linewidth=0.5, zorder=0.5, gid="round")
    label = "a round begins" if every == 1 else f"one round in {every} begins"
    return [Line2D([], [], color=FAINT, linewidth=0.9, label=label)]


def _sentence(name: str, traces: Mapping[str, pd.DataFrame]) -> str:
    """What the rounds of a chain do to the energy."""
    rises = rises_of(traces["dense"], traces[name])
    heights = [rise.height for rise in rises]
    steps = [rise.steps for rise in rises if np.isfinite(rise.steps)]
    text = (
        f"{words.PROCEDURES[name]}: the first step of a round lies {words.number(np.median(heights))} per spin above "
        f"the last quarter of the training before (median of {len(rises)} rounds)"
    )
    if steps:
        text += (
            f"; nine tenths of the way down to its own last quarter are done {words.number(np.median(steps))} steps "
            f"later (median of the {len(steps)} rounds that begin above their noise)"
        )
    return f"{text}."


def rises_of(dense: pd.DataFrame, trace: pd.DataFrame) -> list[Rise]:
    """How the beginnings of a chain's rounds change the energy.

    Args:
        dense: round, step and per_spin of the dense training.
        trace: those of the chain, in order.
    """
    rises = []
    before = _settled(dense).mean()
    for _, part in trace.groupby("round"):
        first, settled = part["per_spin"].iloc[0], _settled(part)
        height, way = first - before, first - settled.mean()
        before = settled.mean()
        steps = np.nan
        if len(settled) > 1 and way > SIGMAS * settled.std():
            back = part["per_spin"] <= before + LEFT * way
            steps = float(part["step"][back].iloc[0])
        rises.append(Rise(height, steps))
    return rises


def _settled(part: pd.DataFrame) -> pd.Series:
    """The energies of the last steps of a training."""
    return part["per_spin"].iloc[-max(1, int(SETTLED * len(part))) :]
