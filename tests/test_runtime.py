import os
import subprocess
import sys
from pathlib import Path

import jax
import pytest

from sparse_nqs import runtime

SETTINGS = (
    "jax_enable_x64",
    "jax_compilation_cache_dir",
    "jax_persistent_cache_min_compile_time_secs",
    "jax_persistent_cache_min_entry_size_bytes",
)


@pytest.fixture(autouse=True)
def keep_settings(monkeypatch):
    monkeypatch.delenv("SPARSE_NQS_CACHE", raising=False)
    before = {name: getattr(jax.config, name) for name in SETTINGS}
    yield
    for name, value in before.items():
        jax.config.update(name, value)


def cache_dir():
    return Path(jax.config.jax_compilation_cache_dir)


def test_numbers_are_float64():
    jax.config.update("jax_enable_x64", False)
    runtime.configure()
    assert jax.numpy.ones(1).dtype == "float64"


def test_without_a_folder_nothing_is_kept():
    before = jax.config.jax_compilation_cache_dir
    runtime.configure()
    assert jax.config.jax_compilation_cache_dir == before


def test_the_environment_names_the_folder_and_the_argument_overrides_it(monkeypatch, tmp_path):
    monkeypatch.setenv("SPARSE_NQS_CACHE", str(tmp_path / "env"))
    runtime.configure()
    assert cache_dir().parent == tmp_path / "env"
    runtime.configure(tmp_path / "argument")
    assert cache_dir().parent == tmp_path / "argument"


def test_each_processor_and_version_has_a_folder_of_its_own(monkeypatch, tmp_path):
    names = []
    for processor, version in (("a", "0.10.2"), ("b", "0.10.2"), ("a", "0.10.3"), ("a", "0.10.2")):
        monkeypatch.setattr(runtime, "_processor", lambda processor=processor: processor)
        monkeypatch.setattr(runtime.jax, "__version__", version)
        runtime.configure(tmp_path)
        names.append(cache_dir().name)
    assert len(set(names)) == 3
    assert names[0] == names[3]
    assert names[2].startswith("jax-0.10.3-")


def test_the_processor_is_described_the_same_way_every_time():
    assert runtime._processor() == runtime._processor()
    assert len(runtime._processor().splitlines()) >= 1


def test_compiled_programs_are_kept_from_process_to_process(tmp_path):
    script = (
        "from sparse_nqs import runtime; runtime.configure(); import jax, jax.numpy as jnp;"
        "print(jax.jit(lambda x: jnp.sin(x) + 1)(jnp.ones(3)).dtype)"
    )
    environment = os.environ | {"SPARSE_NQS_CACHE": str(tmp_path)}
    kept = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout == "float64\n"
        kept.append(sorted(path.name for path in tmp_path.glob("jax-*/*-cache")))
    assert kept[0]
    assert kept[0] == kept[1]


def test_a_device_that_is_not_there_is_a_line():
    script = (
        "from sparse_nqs import runtime; from sparse_nqs.stages.arguments import run; run(runtime.configure)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"JAX_PLATFORMS": "cuda", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("WorkError: JAX finds no cuda device here")
    assert "Traceback" not in done.stderr
