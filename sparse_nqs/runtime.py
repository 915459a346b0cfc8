"""The process's numerical environment: precision, threads and the compilation cache. Imported before JAX is used.

Thread counts and the device (JAX_PLATFORMS) must be in the environment before JAX starts, so the workflow's rules set
them (rules/common.smk); this module sets what can be set afterwards.
"""

import hashlib
import os
import platform
from pathlib import Path

import jax

from sparse_nqs.errors import WorkError


def _processor() -> str:
    """The processor's name and features, as far as the operating system tells."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(errors="replace").splitlines() if info.exists() else []
    kept = sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))})
    return "\n".join([platform.machine(), platform.processor(), *kept])


def configure(cache_root: str | os.PathLike | None = None) -> None:
    """Use float64, and keep compiled programs in a folder of their own for each processor and JAX version.

    Args:
        cache_root: where to keep compiled programs; by default $SPARSE_NQS_CACHE, and none if that is unset.

    Raises:
        WorkError: if JAX does not find the device that $JAX_PLATFORMS asks for.
    """
    jax.config.update("jax_enable_x64", True)
    root = cache_root or os.environ.get("SPARSE_NQS_CACHE")
    if root:
        key = hashlib.sha256(f"{jax.__version__}\n{_processor()}".encode()).hexdigest()[:12]
        jax.config.update("jax_compilation_cache_dir", str(Path(root) / f"jax-{jax.__version__}-{key}"))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)
    asked = os.environ.get("JAX_PLATFORMS", "")
    if asked not in ("", "cpu"):
        try:
            jax.devices()
        # An assertion fails where JAX has no plugin for the device.
        except (RuntimeError, AssertionError) as error:
            reason = f": {error}" if str(error) else ""
            raise WorkError(
                f"JAX finds no {asked} device here{reason}; set the study's device to cpu, or see docs/cluster.md"
            ) from error
