import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jax
import pytest

from sparse_nqs import jax_options, openblas, runtime
from sparse_nqs.errors import WorkError
from sparse_nqs.pruning import procedure_key
from sparse_nqs.stages.arguments import run

PINNED = jax_options.NUMBERS | jax_options.FAILURES
SETTINGS = (
    "jax_compilation_cache_dir",
    "jax_persistent_cache_min_compile_time_secs",
    "jax_persistent_cache_min_entry_size_bytes",
    *(name for name in PINNED if hasattr(jax.config, name)),
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


def in_a_process(script: str, **environment: str) -> str:
    """What a script prints in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("JAX_")}
    done = subprocess.run(
        [sys.executable, "-c", script], env=clean | environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_every_option_is_as_jax_has_it_without_variables_but_float64():
    values = json.loads(in_a_process("import jax, json; print(json.dumps(jax.config.values, default=str))"))
    differing = {name for name, value in PINNED.items() if values[name] != value}
    assert differing == {"jax_enable_x64"}


# Options that change no numbers: devices, folders, caches, logs, dumps, texts of errors, exports, other processes,
# kernels written by hand.
HARMLESS = re.compile(
    "jax2tf_.*|jax_export_.*|jax_serialization_version|jax_pallas_.*|jax_mosaic_.*|jax_use_emit_pipeline_primitive|"
    ".*(platform|visible_devices|default_device|num_cpu_devices|mock.*gpu|backend_target|xla_backend|pjrt_client).*|"
    ".*(log|logging|explain|debug_info|traceback|report_frames|warn_bytes|check_proxy|pprint|source_.*|dump_ir).*|"
    ".*(compilation_cache_(dir|max_size|check_contents|include_metadata_in_key)|enable_compilation_cache).*|"
    ".*(persistent_cache_(enable|min)|partitioning_ptr_from_cache_key|embedded_constants_max_bytes|pgle_(aggre|prof)).*|"
    ".*(topology_timeout|cross_host|collectives|distributed|preemption|recoverability|share_binary|process_index).*|"
    "jax_cpu_enable_async_dispatch|jax_debug_leaked_clients_on_clear_backends|jax_explicit_x64_dtypes"
)


def test_every_option_of_jax_is_set_or_known_to_be_harmless():
    unknown = {name for name in jax.config.values if name not in PINNED and not HARMLESS.fullmatch(name)}
    assert not unknown, "JAX has new options: put them into sparse_nqs/jax_options.py, or into HARMLESS"
    assert not [name for name in PINNED if HARMLESS.fullmatch(name)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENBLAS_CORETYPE", "Nehalem"),
        ("NPY_DISABLE_CPU_FEATURES", "AVX2"),
        ("GLIBC_TUNABLES", "glibc.malloc.check=1:glibc.cpu.hwcaps=-AVX2"),
        ("XLA_FLAGS", "--xla_dump_to=/tmp/a --xla_cpu_enable_fast_math=true"),
    ],
)
def test_variables_that_cannot_be_set_back_are_refused_in_a_line(name, value, monkeypatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(WorkError, match=rf"^the variable {name}") as error:
        runtime.configure()
    assert "\n" not in str(error.value)
    with pytest.raises(SystemExit, match=rf"^WorkError: the variable {name}"):
        run(lambda: pytest.fail("the job ran"))


def test_variables_that_change_no_numbers_are_allowed(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--xla_dump_to=/tmp/a --xla_force_host_platform_device_count=2")
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.malloc.check=1")
    monkeypatch.setenv("OPENBLAS_CORETYPE", "")
    runtime.configure()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("jax_enable_x64", False),
        ("jax_threefry_partitionable", False),
        ("jax_default_prng_impl", "rbg"),
        ("jax_default_matmul_precision", "bfloat16"),
        ("jax_random_seed_offset", 1),
        ("jax_disable_jit", True),
    ],
)
def test_an_option_that_changes_numbers_is_refused_in_a_line_and_set_back(name, value):
    before = jax.random.key_data(procedure_key(3, "dense", 0, "training"))
    jax.config.update(name, value)
    with pytest.raises(
        WorkError, match=rf"^JAX's option {name} is {value}, .*runtime\.configure\(\)"
    ) as error:
        procedure_key(3, "dense", 0, "training")
    assert "\n" not in str(error.value)
    runtime.configure()
    assert (jax.random.key_data(procedure_key(3, "dense", 0, "training")) == before).all()


def test_keys_of_another_generator_are_refused():
    runtime.require_pinned(jax.random.key(0), jax.random.PRNGKey(0))
    with pytest.raises(WorkError, match=r"^the key is one of rbg, allowed are those of threefry2x32$"):
        runtime.require_pinned(jax.random.key(0, impl="rbg"))


def test_netket_changes_neither_float64_nor_any_other_option():
    script = (
        "from sparse_nqs import runtime; runtime.configure(); import netket; runtime.require_pinned();"
        "import jax.numpy; print(jax.numpy.ones(1).dtype)"
    )
    assert in_a_process(script, JAX_ENABLE_X64="0", NETKET_ENABLE_X64="0") == "float64\n"


@pytest.mark.parametrize("first", ["", "import numpy, scipy.linalg;"])
def test_linear_algebra_has_one_thread_whatever_was_imported_before(first):
    script = (
        first + "from sparse_nqs import openblas, runtime; runtime.configure();"
        "import numpy, scipy.linalg; print([library.threads for library in openblas.loaded()])"
    )
    assert in_a_process(script, OPENBLAS_NUM_THREADS="2") == "[1, 1]\n"


def test_the_copies_of_openblas_say_for_which_processor_they_compute():
    assert all(library.core.isalnum() for library in openblas.loaded())


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
