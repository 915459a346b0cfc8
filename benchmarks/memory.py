"""Peak memory of a training at 10 x 10, alpha = 8, in a process of its own."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STEPS = 3


def measure() -> dict:
    """Megabytes."""
    command = [sys.executable, "-m", "benchmarks.memory"]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return {"case": "memory_10x10_alpha8", "target_megabytes": 2000} | json.loads(run.stdout.splitlines()[-1])


def _train() -> None:
    import jax

    from benchmarks.setups import OPTIONS, ffnn, initial, setup, tfim
    from sparse_nqs import runtime
    from sparse_nqs.networks import MaskedNetwork
    from sparse_nqs.pruning import full_masks
    from sparse_nqs.vmc import train

    runtime.configure()
    case = setup(tfim(10), ffnn(8))
    masks = full_masks(case.network.shapes, case.network.prunable)
    state = MaskedNetwork(case.network, initial(case.network, masks), masks)
    train(state, case.arrays, OPTIONS, steps=STEPS, key=jax.random.key(1))
    # NetKet, which only made the Hamiltonian here and is in no training job, counts as well.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(json.dumps({"megabytes": int(peak[1]) / 1024}))


if __name__ == "__main__":
    _train()
