"""Progress in a job's log: a line every few seconds. No number comes from here."""

import time
from collections.abc import Callable

import numpy as np

from sparse_nqs.pruning import Masks, n_active
from sparse_nqs.vmc import History

_SECONDS = 5.0


def round_label(study: str, seed: int, procedure: str, round_index: int, draw: int = 0) -> str:
    """What a log calls a training; draws are told apart from the second on."""
    label = f"{study} seed {seed} {procedure} round {round_index}"
    return f"{label} draw {draw}" if draw else label


def announce(label: str, masks: Masks) -> None:
    """Say that a training begins, and how sparse its masks are."""
    print(f"{label}: {n_active(masks)} prunable weights survive", flush=True)


def progress_reporter(label: str, steps: int) -> Callable[[int, History], None]:
    """A `report` for `vmc.train`: step, energy with its error, variance, steps a second and seconds left."""
    started = time.perf_counter()
    last = started

    def report(done: int, history: History) -> None:
        nonlocal last
        now = time.perf_counter()
        if done < steps and now - last < _SECONDS:
            return
        last = now
        # A clock that has not moved yet must not stop a training.
        rate = done / max(now - started, 1e-9)
        # Steps share their chains, so this is the spread of the block's energies and not a standard error.
        print(
            f"{label}: step {done}/{steps}, energy {history.energy.mean():.8g} (spread "
            f"{np.std(history.energy):.2g}), variance {history.variance.mean():.3g}, {rate:.3g} steps/s, "
            f"{(steps - done) / rate:.0f} s left",
            flush=True,
        )

    return report
