"""What every number comes from: the hash of the settings it depends on, that of the code, versions and the machine.

Numbers depend on no variable, but their last digits may depend on the processor: it chooses between the functions of
XLA, OpenBLAS, NumPy and the C library. No number comes from here: it stands beside numbers.
"""

import hashlib
import json
import os
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sparse_nqs import openblas

PACKAGES = ("sparse-nqs", "jax", "jaxlib", "numpy", "scipy", "netket", "flax", "optax")


@cache
def _versions() -> str:
    found = [f"python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue  # a checkout that is not installed, or a package that this environment does without
    return ", ".join([*found, f"{platform.system()} {platform.machine()}"])


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(errors="replace").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"


@cache
def _machine() -> str:
    """Processor, OpenBLAS, and in jobs that compute with JAX its devices, threads and flags."""
    blas = sorted({f"OpenBLAS {copy.core} with {copy.threads} threads" for copy in openblas.loaded()})
    found = [f"processor {_processor()}", *blas]
    if "jax" in sys.modules:
        devices = sys.modules["jax"].local_devices()
        kinds = sorted({device.device_kind for device in devices})
        threads = os.environ.get("NPROC") or os.cpu_count()
        found += [f"JAX on {len(devices)} {'/'.join(kinds)}", f"XLA with {threads} threads"]
        flags = os.environ.get("XLA_FLAGS")
        found += [f"XLA_FLAGS {flags}"] if flags else []
    return ", ".join(found)


def spec_hash(text: str) -> str:
    """The hash of a spec as the config made it, as text: that of `hashing.canonical.digest`."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def made_by(spec: dict) -> dict[str, str]:
    """What a job writes beside its numbers.

    Args:
        spec: the rule's, as the config made it: all settings that the result depends on, and `code`, the hash of the
            code that runs.

    Returns:
        spec_hash, code_hash, versions and machine.
    """
    # The text that the config made, byte for byte; importing the config would cost a job a quarter of a second.
    text = json.dumps(spec, sort_keys=True, separators=(",", ":"))
    return {
        "spec_hash": spec_hash(text),
        "code_hash": spec["code"],
        "versions": _versions(),
        "machine": _machine(),
    }
