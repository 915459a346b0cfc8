import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

TESTS = Path(__file__).resolve().parents[1]


def train_on(count, output):
    """The results of a process of its own, whose CPU counts as so many devices."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(TESTS.parent),
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": f"--xla_force_host_platform_device_count={count}",
        # As many threads as devices: calls of LAPACK must not wait for each other.
        "NPROC": str(count),
    }
    command = [sys.executable, str(TESTS / "vmc" / "train_on_devices.py"), str(output)]
    subprocess.run(command, env=environment, check=True, timeout=600)
    with np.load(output) as arrays:
        return dict(arrays)


@pytest.mark.slow
def test_two_devices_give_the_same_results_as_one_bit_for_bit(tmp_path):
    one, two = (train_on(count, tmp_path / f"{count}.npz") for count in (1, 2))
    assert one.keys() == two.keys()
    for name, array in one.items():
        if name.endswith(".devices"):
            assert (array, two[name]) == (1, 2)
        else:
            np.testing.assert_array_equal(two[name], array, err_msg=name)
    for case in ("parameters", "samples"):
        assert one[f"{case}.energy"][-5:].mean() < one[f"{case}.energy"][0] - 1.0
        for results in (one, two):
            np.testing.assert_array_equal(results[f"{case}.resumed_kernel"], results[f"{case}.kernel"])
