"""When a training has gone wrong: numbers that are not finite, and energies that run away.

With H = c + sum_t c_t P_t, P_t the Pauli strings but the identity, every <H> is within B = sum_t |c_t| of c. An energy
further than 2 B from c is none: the samples no longer follow |psi|^2, or the local energies overflow. Trainings survive
a step like that, so it takes more than half of a segment of steps, or its last. A training has also lost its state if
its energy, averaged over a segment, is more than B / 2 above the lowest so far; that is a quarter of the range of
energies. Or its samples have not moved for ten steps while its energy is above that lowest.

Where samples have weights (`importance`), one sample can come to outweigh all others: then the training measures and
learns nothing more.
"""

from typing import NamedTuple

import jax
import numpy as np

from sparse_nqs.errors import WorkError
from sparse_nqs.networks.contract import ThetaT
from sparse_nqs.vmc import fault_words
from sparse_nqs.vmc.couplings import Couplings
from sparse_nqs.vmc.steps import STEP_QUANTITIES

# Sampling errors of a healthy training are far below these, in units of B.
_FARTHEST = 2.0
_LARGEST_RISE = 0.5
# A product state is the ground state of some Hamiltonians, but not if it lies above the lowest energy by more than
# this.
_FROZEN_RISE = 0.01
_FROZEN_STEPS = 10
# Effective samples, on average over a segment of steps: below the first a training is lost, and below the second, or
# that share of the samples, its numbers are poor. None is more than half of the samples.
_LOST, _POOR, _POOR_SHARE = 2.0, 32.0, 0.01


class DivergedError(WorkError):
    """A training has diverged; the message says at which step, how, and what the last good values are.

    Attributes:
        rows: the steps before, float64 (T, 6): what each measured (`steps.STEP_QUANTITIES`), all finite.
    """

    def __init__(self, message: str, rows: np.ndarray | None = None):
        super().__init__(message)
        self.rows = np.zeros((0, len(STEP_QUANTITIES))) if rows is None else rows


class Bounds(NamedTuple):
    """Where energies of a Hamiltonian are: within `width` of `centre`."""

    centre: float
    width: float


def energy_bounds(couplings: Couplings, n_sites: int) -> Bounds:
    """The centre c and the width B of a Hamiltonian's energies."""
    coefficients = np.asarray(couplings.diagonal.coefficient)
    # Rows of sites are padded with N.
    constant = (np.asarray(couplings.diagonal.sites) == n_sites).all(axis=1)
    width = np.abs(coefficients[~constant]).sum() + np.abs(np.asarray(couplings.amplitude.coefficient)).sum()
    return Bounds(float(coefficients[constant].sum()), float(width))


class Fault(NamedTuple):
    """What is wrong with a segment of steps.

    Attributes:
        good: the steps of the segment before it went wrong.
        text: what happened, and at which step.
    """

    good: int
    text: str


def find_fault(rows: np.ndarray, segment: np.ndarray, theta: ThetaT, bounds: Bounds) -> Fault | None:
    """What is wrong with a segment of steps; None if nothing is.

    Args:
        rows: the steps before the segment, float64 (T, 6), see `steps.STEP_QUANTITIES`.
        segment: its own, float64 (B, 6).
        theta: the weights after it.
        bounds: of the Hamiltonian's energies.
    """
    first, energy = len(rows), segment[:, 0]
    last_step = first + len(segment) - 1
    bad = np.flatnonzero(~np.isfinite(segment).all(axis=1))
    if bad.size:
        step = int(bad[0])
        column = int(np.flatnonzero(~np.isfinite(segment[step]))[0])
        return Fault(
            step, fault_words.not_finite(STEP_QUANTITIES[column], segment[step, column], first + step)
        )
    far = np.flatnonzero(np.abs(energy - bounds.centre) > _FARTHEST * bounds.width)
    if far.size > len(segment) / 2 or (far.size and far[-1] == len(segment) - 1):
        low, high = bounds.centre - bounds.width, bounds.centre + bounds.width
        return Fault(int(far[0]), fault_words.impossible(energy[far[0]], first + far[0], low, high))
    if not all(np.isfinite(np.asarray(leaf)).all() for leaf in jax.tree.leaves(theta)):
        return Fault(len(segment), fault_words.weight_not_finite(last_step))
    # Means of possible energies, so that a step that is far off neither hides nor makes a fault.
    low, high = bounds.centre - bounds.width, bounds.centre + bounds.width
    energy = np.clip(energy, low, high)
    lowest = _lowest(np.clip(rows[:, 0], low, high) if first else energy[:1], len(segment))
    if energy.mean() > lowest + _LARGEST_RISE * bounds.width:
        above = np.flatnonzero(energy > lowest + _LARGEST_RISE * bounds.width)
        return Fault(int(above[0]), fault_words.run_away(energy.mean(), first, last_step, lowest))
    last = np.concatenate([rows, segment])[-_FROZEN_STEPS:]
    still = len(last) == _FROZEN_STEPS and not last[:, 2].any()
    if still and last[:, 0].mean() > lowest + _FROZEN_RISE * bounds.width:
        moved = np.flatnonzero(segment[:, 2])
        good = int(moved[-1]) + 1 if moved.size else 0
        return Fault(good, fault_words.frozen(last[-1, 0], last_step, lowest, _FROZEN_STEPS))
    return None


def _lowest(energy: np.ndarray, window: int) -> float:
    """The lowest of the first energy and the means of windows of so many steps, float64 (T,) with T > 0."""
    whole = energy[: len(energy) // window * window].reshape(-1, window)
    return float(np.append(whole.mean(axis=1), energy[0]).min())


def _effective(segment: np.ndarray) -> float:
    return float(segment[:, STEP_QUANTITIES.index("effective_samples")].mean())


def find_collapse(segment: np.ndarray, first: int, samples: int) -> Fault | None:
    """Whether single samples outweigh all others in a segment of steps.

    Args:
        segment: float64 (B, 6), finite, from step `first` on.
        samples: samples a step.
    """
    found = _effective(segment)
    if found >= min(_LOST, samples / 2):
        return None
    return Fault(0, fault_words.collapsed(found, samples, first, first + len(segment) - 1, _LOST))


def poor_sampling(segment: np.ndarray, first: int, samples: int) -> str | None:
    """A line of text if the numbers of a segment of steps rest on few samples; arguments as for `find_collapse`."""
    found, least = _effective(segment), max(_POOR, _POOR_SHARE * samples)
    if found >= min(least, samples / 2):
        return None
    return fault_words.poor(found, samples, first, first + len(segment) - 1, least)


def diverged(fault: Fault, rows: np.ndarray, segment: np.ndarray) -> DivergedError:
    """The error of a fault that ends a training."""
    good = np.concatenate([rows, segment[: fault.good]])
    last = fault_words.NONE_GOOD
    if len(good):
        energy, variance, acceptance = good[-1, :3]
        last = fault_words.last_good(energy, variance, acceptance, len(good) - 1)
    return DivergedError(f"{fault.text}; {last}", good)
