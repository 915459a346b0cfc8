"""Whatever the variables of the user's environment, the jobs write the same numbers or refuse to run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors.numpy import load

from sparse_nqs.blocks import DENSE
from sparse_nqs.planning import specs
from sparse_nqs.reading import parse_config

SOURCE = Path(__file__).resolve().parents[1]
TRAINING = {"samples": 128, "chains": 128, "dense_steps": 30, "learning_rate": 0.02}
CONFIG = parse_config(
    {
        "studies": {
            "exact": {
                "system": {"model": "tfim", "extent": [3, 3], "boundary": "open", "field": 3.04437994957},
                "network": {"kind": "ffnn", "alpha": 2},
                "training": TRAINING,
                "pruning": {"rounds": 1},
            },
            "sampled": {
                "system": {"model": "tfim", "extent": [2, 3]},
                "network": {"kind": "res_cnn", "blocks": 1, "features": 2},
                "training": TRAINING,
                "pruning": {"protocol": "hybrid_global", "rounds": 1},
                "evaluation": {"exact_max_spins": 2, "chains": 64, "samples_per_chain": 4},
            },
        }
    }
)


def specs_of(study):
    made = {
        "problem": specs.problem_spec(study),
        "init": specs.init_spec(study, 0),
        "dense": specs.dense_spec(study, 0),
        "evaluation": specs.evaluation_spec(study, 0, DENSE),
    }
    return made | ({"reference": specs.reference_spec(study, CONFIG)} if study.name == "exact" else {})


SPECS = json.dumps({name: specs_of(study) for name, study in CONFIG.studies.items()})


def run_jobs(folder, **environment):
    """What a process with these variables prints, and the bytes of the files that it writes."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, str(SOURCE / "tests" / "environment_chain.py"), SPECS, str(folder)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), "JAX_PLATFORMS": "cpu", **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
    )
    return done, {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


# Whatever a shell may hold that is not refused, at once.
HOSTILE = {
    **dict.fromkeys(
        (
            "JAX_ENABLE_X64",
            "JAX_THREEFRY_PARTITIONABLE",
            "JAX_USE_DIRECT_LINEARIZE",
            "JAX_COMPILER_ENABLE_REMAT_PASS",
            "JAX_USE_SHARDY_PARTITIONER",
            "JAX_ALLOW_F16_REDUCTIONS",
            "NETKET_ENABLE_X64",
            "FLAX_ALWAYS_SHARD_VARIABLE",
        ),
        "0",
    ),
    **dict.fromkeys(
        (
            "JAX_DISABLE_JIT",
            "JAX_DISABLE_MOST_OPTIMIZATIONS",
            "JAX_ENABLE_CUSTOM_PRNG",
            "JAX_SOFTMAX_CUSTOM_JVP",
            "JAX_HIGH_DYNAMIC_RANGE_GUMBEL",
            "JAX_DEBUG_NANS",
            "JAX_DEBUG_INFS",
            "JAX_DEBUG_KEY_REUSE",
            "JAX_ENABLE_CHECKS",
            "JAX_CHECK_TRACER_LEAKS",
            "NETKET_SHARDING",
            "NETKET_EXPERIMENTAL",
            "NETKET_EXPERIMENTAL_PACKED_KERNEL",
            "FLAX_FIX_RNG_SEPARATOR",
            "FLAX_RETURN_FROZENDICT",
            "FLAX_PRESERVE_ADOPTED_NAMES",
            "SCIPY_ARRAY_API",
            "TENPY_NO_CYTHON",
        ),
        "1",
    ),
    "JAX_DEFAULT_PRNG_IMPL": "rbg",
    "JAX_RANDOM_SEED_OFFSET": "5",
    "JAX_DEFAULT_MATMUL_PRECISION": "bfloat16",
    "JAX_OPTIMIZATION_LEVEL": "O0",
    "JAX_EXEC_TIME_OPTIMIZATION_EFFORT": "-1",
    "JAX_NUMPY_DTYPE_PROMOTION": "strict",
    "JAX_NUMPY_RANK_PROMOTION": "raise",
    "JAX_LEGACY_PRNG_KEY": "error",
    "JAX_TRANSFER_GUARD": "disallow",
    "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
    "NPROC": "2",
    "OMP_NUM_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "2",
    "PYTHONHASHSEED": "77",
    "PYTHONOPTIMIZE": "1",
    "PYTHONSAFEPATH": "1",
    "LC_ALL": "C",
}


def numbers_of(files):
    """What the files hold but for times and what they were made by: bytes of arrays, digits of numbers."""
    found = {}
    for name, content in files.items():
        if name.endswith(("evaluation", "reference")):
            found[name] = {
                key: value for key, value in json.loads(content)["content"].items() if key != "made_by"
            }
        else:
            found |= {(name, key): array.tobytes() for key, array in load(content).items()}
    return found


@pytest.mark.slow
def test_no_variable_changes_a_number(tmp_path):
    done, clean = run_jobs(tmp_path / "clean")
    assert done.returncode == 0, done.stderr
    done, hostile = run_jobs(tmp_path / "hostile", **HOSTILE)
    assert done.returncode == 0, done.stderr
    expected, found = numbers_of(clean), numbers_of(hostile)
    assert len(expected) > 40 and ("exact.states", "round_0000/weights/kernel") in expected
    assert found == expected


MODULE = """
import jax.numpy as jnp
from flax import linen as nn

class Net(nn.Module):
    @nn.compact
    def __call__(self, x):
        return jnp.log(jnp.cosh(nn.Dense(4, param_dtype=jnp.float64)(x))).sum(-1)

def build(lattice):
    return Net()
"""


@pytest.mark.slow
def test_the_workflow_sets_back_what_it_can_and_refuses_the_rest_before_any_job(tmp_path):
    study = {
        "system": {"model": "tfim", "extent": [2, 2]},
        "network": {"kind": "flax", "module": "own_network:build"},
        "pruning": {"rounds": 1},
    }
    (tmp_path / "own_network.py").write_text(MODULE)
    (tmp_path / "config.json").write_text(json.dumps({"studies": {"s": study}}))

    def start(**variables):
        command = [
            sys.executable,
            "-m",
            "snakemake",
            "--snakefile",
            str(SOURCE / "Snakefile"),
            "--cores",
            "1",
        ]
        return subprocess.run(
            [*command, "--configfile", "config.json", "--until", "init"],
            env={**os.environ, "PYTHONPATH": str(SOURCE), **variables},
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )

    refused = start(NPY_DISABLE_CPU_FEATURES="AVX2")
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith("the variable NPY_DISABLE_CPU_FEATURES=AVX2 chooses")
    assert not (tmp_path / "results").exists()
    done = start(
        OPENBLAS_CORETYPE="Nehalem",
        PYTHONSAFEPATH="1",
        JAX_ENABLE_X64="0",
        JAX_DEFAULT_PRNG_IMPL="rbg",
        OMP_NUM_THREADS="2",
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "results/studies/s/seed_0/init.safetensors").exists()
