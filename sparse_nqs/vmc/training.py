"""The training loop: segments of compiled steps, and the work of Python between them.

After each segment it checks the numbers, reports, and hands out a state from which a later call may go on.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

import jax
import numpy as np

from sparse_nqs.networks import MaskedNetwork, Params
from sparse_nqs.runtime import require_pinned
from sparse_nqs.vmc.couplings import DeviceSystem
from sparse_nqs.vmc.devices import unplaced, without_mesh
from sparse_nqs.vmc.divergence import (
    Bounds,
    diverged,
    energy_bounds,
    find_collapse,
    find_fault,
    poor_sampling,
)
from sparse_nqs.vmc.options import StopRule, TrainingOptions
from sparse_nqs.vmc.steps import STEP_QUANTITIES, STEPS_PER_CALL, Carry, Run, advance, start

# What the diagonal shift is multiplied by, for the rest of a training, each time that it diverges.
_SHIFT_FACTOR = 10


class History(NamedTuple):
    """What each of T steps measured before its update, float64 (T,) each.

    Attributes:
        energy: mean local energy of the step's samples, like all means here of |psi|^2.
        variance: variance of the local energy.
        acceptance: accepted fraction of the proposed moves.
        sr_residual: the norm of what was left of the SR equation over that of its right-hand side, where it was solved
            by iteration; 0 where directly.
        effective_samples: independent samples of |psi|^2 worth as much as the step's weighted ones; their number where
            sampling_power is 2.
        energy_error: standard error of `energy`.
        retries: how often the training diverged and went on with a larger diagonal shift.
    """

    energy: np.ndarray
    variance: np.ndarray
    acceptance: np.ndarray
    sr_residual: np.ndarray
    effective_samples: np.ndarray
    energy_error: np.ndarray
    retries: int = 0


class Progress(NamedTuple):
    """A training between two segments, from which it can go on.

    Attributes:
        carry: what the next step starts from.
        rows: the history of the steps so far, float64 (steps, 6).
        seconds: their wall time.
        retries: see `History`.
    """

    carry: Carry
    rows: np.ndarray
    seconds: float
    retries: int = 0


class Hooks(NamedTuple):
    """What is called in the course of a training.

    Attributes:
        report: after every call of some steps, with the number of steps done and those steps' history.
        keep: then too, with what a later training may go on from.
        resume: with the first carry; returns what an earlier training's `keep` was given, or None. The result is the
            same as without the interruption, bit for bit on the same machine.
        warn: with a line of text when the training has diverged and goes on, and once when its numbers come to rest on
            few effective samples.
    """

    report: Callable[[int, History], None] = lambda step, history: None
    keep: Callable[[Progress], None] = lambda progress: None
    resume: Callable[[Carry], Progress | None] = lambda start: None
    warn: Callable[[str], None] = lambda text: None


NO_HOOKS = Hooks()


@without_mesh()
def train(
    state: MaskedNetwork,
    system: DeviceSystem,
    options: TrainingOptions,
    *,
    steps: int,
    key: jax.Array,
    hooks: Hooks = NO_HOOKS,
) -> tuple[Params, History, float]:
    """Minimise the energy of a masked network.

    Args:
        state: the network, the weights to start from and the masks; pruned weights are set to zero first.
        steps: number of steps, at least 1; fewer are done if `options.stop` says so.
        key: the only source of randomness.
        hooks: what is called on the way.

    Returns:
        (params, history, seconds): pruned weights exactly zero; seconds of wall time without compilation.

    Raises:
        DivergedError: at the end of the segment of steps in which something became non-finite, the energy ran away or
            one sample outweighed all others, if that was more than `options.divergence_retries` times.
        WorkError: if Optax does not know the update rule or schedule, or JAX's options would change numbers.
    """
    require_pinned(key)
    params, system, key = unplaced((state.params, system, key))
    run, carry = start(state._replace(params=params), system, options, key=key)
    jax.block_until_ready(advance(run, carry, 0, 0))
    bounds = energy_bounds(system.couplings, state.network.n_sites)
    carry, rows, seconds, retries = hooks.resume(carry) or Progress(
        carry, np.zeros((0, len(STEP_QUANTITIES))), 0.0
    )
    is_poor = False
    while len(rows) < steps and not (options.stop and has_converged(rows[:, 0], options.stop, bounds)):
        started = time.perf_counter()
        count = min(STEPS_PER_CALL, steps - len(rows))
        after, measured = advance(_steadied(run, retries), carry, len(rows), count)
        segment = np.asarray(measured)[:count]
        seconds += time.perf_counter() - started
        fault = find_fault(rows, segment, after.theta, bounds) or find_collapse(
            segment, len(rows), options.samples
        )
        if fault is not None:
            if retries == options.divergence_retries:
                raise diverged(fault, rows, segment)
            retries += 1
            hooks.warn(
                f"{fault.text}; goes on from step {len(rows)} with {_SHIFT_FACTOR**retries} times lambda"
            )
            continue
        poor = poor_sampling(segment, len(rows), options.samples)
        if poor is not None and not is_poor:
            hooks.warn(poor)
            is_poor = True
        carry, rows = after, np.concatenate([rows, segment])
        hooks.report(len(rows), History(*segment.T))
        hooks.keep(Progress(carry, rows, seconds, retries))
    trained = run.path.masking.expand(carry.theta, run.constants.structure, state.masks)
    return trained, History(*rows.T)._replace(retries=retries), seconds


def _steadied(run: Run, retries: int) -> Run:
    """A training whose diagonal shift is larger, for it diverged so many times."""
    shifts = {
        name: getattr(run.numbers, name) * _SHIFT_FACTOR**retries
        for name in ("diagonal_shift", "diagonal_shift_end")
    }
    return run._replace(numbers=run.numbers._replace(**shifts)) if retries else run


def has_converged(energies: np.ndarray, stop: StopRule, bounds: Bounds) -> bool:
    """Whether the means of the last window and of the one before it agree, on the scale of the Hamiltonian's energies.

    An energy is no scale: a constant in the Hamiltonian moves it, and it may be zero.
    """
    if len(energies) < 2 * stop.window:
        return False
    before, last = energies[-2 * stop.window :].reshape(2, stop.window).mean(axis=1)
    return abs(last - before) <= stop.tolerance * bounds.width
