"""Results do not depend on how rounds are put into jobs."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from sparse_nqs.planning import specs
from sparse_nqs.storage.states import read_state

pytestmark = pytest.mark.slow


def test_one_round_a_job_gives_the_same_states_as_two(finished, tmp_path):
    study = finished.studies()["ising"]
    seed_folder = finished.folder / "results" / "studies" / "ising" / "seed_0"
    dense = seed_folder / "dense" / "rounds_0000-0000.safetensors"
    previous = dense
    for round_index in (1, 2):
        spec = json.loads(specs.chain_spec(study, 0, "imp_wr", round_index, round_index))
        states = tmp_path / f"{round_index}.safetensors"
        command = [sys.executable, "-m", "workflow_scripts.train_chain", "--spec"]
        command += [json.dumps(spec), "--rewind", dense, "--previous", previous, "--states", states]
        command += ["--problem", finished.folder / "results/problems/tfim_3x2_open_J1_k1.5.safetensors"]
        command += ["--history", tmp_path / f"{round_index}.history.safetensors"]
        # As the workflow's rules run it: one thread, and the package beside the scripts.
        threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NPROC": "1"}
        environment = {**os.environ, **threads}
        subprocess.run(command, check=True, cwd=finished.folder, env=environment, timeout=300)
        together = read_state(seed_folder / "imp_wr" / "rounds_0001-0002.safetensors", round_index)
        alone = read_state(states, round_index)
        np.testing.assert_array_equal(alone.masks["kernel"], together.masks["kernel"])
        np.testing.assert_array_equal(alone.params["kernel"], together.params["kernel"])
        previous = states
