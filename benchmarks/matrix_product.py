"""What this machine's matrix product reaches: the measure of how near a step comes to its arithmetic."""

import statistics
import time

import jax
import jax.numpy as jnp

_SIZE = 1024


def measure(repeats: int = 9) -> dict:
    """Billions of operations a second of a product of two square matrices, median."""
    record = {"case": "matrix_product", "size": _SIZE}
    product = jax.jit(lambda a: a @ a)
    for dtype in (jnp.float32, jnp.float64):
        matrix = jax.random.normal(jax.random.key(0), (_SIZE, _SIZE), dtype)
        jax.block_until_ready(product(matrix))
        seconds = []
        for _ in range(repeats):
            started = time.perf_counter()
            jax.block_until_ready(product(matrix))
            seconds.append(time.perf_counter() - started)
        record[f"gflops_{jnp.dtype(dtype).name}"] = 2e-9 * _SIZE**3 / statistics.median(seconds)
    return record
