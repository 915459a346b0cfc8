"""What a training step costs: ours and NetKet's in turn, medians."""

import statistics
import time
from collections.abc import Callable

import jax
import numpy as np

from benchmarks import peers
from benchmarks.setups import OPTIONS, SAMPLES, TORIC_CODE, Setup, ffnn, initial, setup, tfim
from sparse_nqs.networks import MaskedNetwork
from sparse_nqs.pruning import full_masks, n_active
from sparse_nqs.vmc import advance, start
from sparse_nqs.vmc.steps import STEPS_PER_CALL

# The case, its system and network, the densities, and the ratio to NetKet that the project aims at.
CASES = (
    ("ffnn_10x10", tfim(10), ffnn(5), {1.0: 20, 0.5: 15, 0.1: 20, 0.01: 40}),
    ("ffnn_4x4", tfim(4), ffnn(8), {1.0: 6, 0.1: 12}),
    ("toric_3x3", TORIC_CODE, ffnn(8), {1.0: 8, 0.1: 15}),
    ("cnn_10x10", tfim(10), {"kind": "cnn", "features": 4}, {1.0: 15}),
    ("res_cnn_6x6", tfim(6), {"kind": "res_cnn", "features": 4, "blocks": 2}, {1.0: 2}),
)
# A timed stretch of ours is a call of as many steps as in a training, or as many as there are in so long.
_SECONDS = 2.0


def stepper(case: Setup, masks: dict[str, np.ndarray]) -> Callable[[], float]:
    """A function that goes on with one of our trainings for a while and returns the milliseconds of a step."""
    run, carry = start(
        MaskedNetwork(case.network, initial(case.network, masks), masks),
        case.arrays,
        OPTIONS,
        key=jax.random.key(1),
    )
    carry, _ = jax.block_until_ready(advance(run, carry, 0, 2))
    state = {"carry": carry, "step": 2, "count": 1}

    def timed() -> float:
        started = time.perf_counter()
        state["carry"], _ = jax.block_until_ready(advance(run, state["carry"], state["step"], state["count"]))
        seconds = time.perf_counter() - started
        milliseconds = 1e3 * seconds / state["count"]
        state["step"] += state["count"]
        state["count"] = int(np.clip(_SECONDS / (milliseconds / 1e3), 1, STEPS_PER_CALL))
        return milliseconds

    timed()
    return timed


def compare(case: Setup, masks: dict[str, np.ndarray], repeats: int) -> dict:
    """Ours and NetKet's steps in turn."""
    ours = stepper(case, masks)
    peer, theirs = peers.fastest(case, initial(case.network, masks), masks)
    pairs = [(ours(), theirs()) for _ in range(repeats)]
    ours_ms, netket_ms = (statistics.median(times) for times in zip(*pairs, strict=True))
    return {
        "n_active": n_active(masks),
        "ours_ms": ours_ms,
        "netket_ms": netket_ms,
        "ratio": statistics.median(b / a for a, b in pairs),
        "netket_options": peer,
        "n_samples": SAMPLES,
        "repeats": repeats,
    }


def measure(pruned: Callable[[Setup, float], dict[str, np.ndarray]], repeats: int, only: str | None = None):
    """A record for every case; `pruned` gives the masks of a pruning run at a density."""
    for name, system, network, targets in CASES:
        if only and only not in name:
            continue
        case = setup(system, network)
        for density, target in targets.items():
            masks = (
                full_masks(case.network.shapes, case.network.prunable)
                if density == 1.0
                else pruned(case, density)
            )
            yield {
                "case": name,
                "system": system,
                "network": network,
                "density": density,
                "target": target,
                **compare(case, masks, repeats),
            }
