"""Isolated trainings of one mask, which differ in weights and keys alone: one after another, and under `jax.vmap`."""

import statistics
import time
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.setups import OPTIONS, ffnn, setup, tfim
from sparse_nqs.networks import MaskedNetwork
from sparse_nqs.pruning import apply_masks, full_masks, n_active
from sparse_nqs.vmc import advance, start

TRAININGS, DENSITY, SAMPLES = 4, 0.3, 512
# Steps in a compiled call; the first ones are apart, as they thermalise.
STEPS = 25


def _random_mask(case) -> dict[str, np.ndarray]:
    masks = full_masks(case.network.shapes, case.network.prunable)
    generator = np.random.default_rng(0)
    return {name: generator.random(mask.shape) < DENSITY for name, mask in masks.items()}


def _seconds(call: Callable) -> tuple[float, object]:
    started = time.perf_counter()
    result = jax.block_until_ready(call())
    return time.perf_counter() - started, result


def measure(repeats: int = 9) -> dict:
    """Milliseconds of a step of all trainings together, both ways in turn, and seconds to compile."""
    case = setup(tfim(4), ffnn(2))
    masks = _random_mask(case)
    options = OPTIONS._replace(samples=SAMPLES, chains=SAMPLES)
    runs, carries = [], []
    for seed in range(TRAININGS):
        params = apply_masks(case.network.init(jax.random.key(seed)), masks)
        key = jax.random.key(100 + seed)
        run, carry = start(MaskedNetwork(case.network, params, masks), case.arrays, options, key=key)
        runs.append(run)
        carries.append(carry)
    together = jax.tree.map(lambda *leaves: jnp.stack(leaves), *carries)
    keys = jnp.stack([run.key for run in runs])

    @jax.jit
    def advance_all(carry, keys, first, count):
        return jax.vmap(lambda carry, key: advance(runs[0]._replace(key=key), carry, first, count))(
            carry, keys
        )

    def alone(first, count):
        return [advance(run, carry, first, count) for run, carry in zip(runs, carries, strict=True)]

    def batched(first, count):
        return advance_all(together, keys, first, count)

    # A call of no steps compiles. The second and later trainings share the program of the first.
    compile_alone, _ = _seconds(lambda: advance(runs[0], carries[0], 0, 0))
    compile_batched, _ = _seconds(lambda: batched(0, 0))

    carries, rows_alone = zip(*alone(0, STEPS), strict=True)
    together, rows_batched = batched(0, STEPS)
    first_energies = [float(rows[0, 0]) for rows in rows_alone]
    times = []
    for repeat in range(1, repeats + 1):
        seconds_alone, results = _seconds(lambda first=repeat * STEPS: alone(first, STEPS))
        carries = [carry for carry, _ in results]
        seconds_batched, (together, _) = _seconds(lambda first=repeat * STEPS: batched(first, STEPS))
        times.append((1e3 * seconds_alone / STEPS, 1e3 * seconds_batched / STEPS))
    step_alone, step_batched = (statistics.median(column) for column in zip(*times, strict=True))
    return {
        "case": "batched_trainings",
        "system": case.system,
        "trainings": TRAININGS,
        "n_active": n_active(masks),
        "n_samples": SAMPLES,
        "one_by_one_ms": step_alone,
        "batched_ms": step_batched,
        "ratio": statistics.median(alone / batched for alone, batched in times),
        "compile_one_by_one_seconds": compile_alone,
        "compile_batched_seconds": compile_batched,
        # That both do the same work.
        "largest_difference_of_first_energies": float(
            np.abs(rows_batched[:, 0, 0] - np.array(first_energies)).max()
        ),
        "repeats": repeats,
    }
