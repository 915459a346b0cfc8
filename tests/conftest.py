import os
from pathlib import Path

# One thread a test process: the linear algebra of two processes otherwise slows down more than tenfold.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NPROC"):
    os.environ.setdefault(variable, "1")

# As the rules empty them before a job starts.
for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_BLOCK_FACTOR"):
    os.environ.pop(variable, None)

# Compiled programs, for all test processes, the jobs that they start, and the next run.
os.environ.setdefault("SPARSE_NQS_CACHE", str(Path(__file__).resolve().parents[1] / ".cache"))

import jax  # noqa: E402
import pytest  # noqa: E402

from sparse_nqs import runtime  # noqa: E402

runtime.configure()


@pytest.fixture(autouse=True)
def strict():
    """Silent broadcasts and casts are errors in the project's own code; `runtime.configure` sets both back."""
    jax.config.update("jax_numpy_rank_promotion", "raise")
    jax.config.update("jax_numpy_dtype_promotion", "strict")


@pytest.fixture
def netket():
    """NetKet, with the promotion rules that it was written for."""
    import netket

    with jax.numpy_rank_promotion("allow"), jax.numpy_dtype_promotion("standard"):
        yield netket
