"""The process's numerical environment: precision, threads and the compilation cache. Imported before JAX is used.

The device (JAX_PLATFORMS) and XLA's threads (NPROC) must be in the environment before JAX starts, so the workflow's
rules set them (rules/common.smk); this module sets what can be set afterwards.
"""

import hashlib
import os
import platform
from pathlib import Path

import jax

from sparse_nqs import openblas
from sparse_nqs.errors import WorkError
from sparse_nqs.jax_options import FAILURES, NUMBERS, PRNG
from sparse_nqs.variables import require_harmless


def _processor() -> str:
    """The processor's name and features, as far as the operating system tells."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(errors="replace").splitlines() if info.exists() else []
    kept = sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))})
    return "\n".join([platform.machine(), platform.processor(), *kept])


def _differing(options: dict[str, object]) -> dict[str, object]:
    """The present values of options that are not as they should be; this version of JAX may lack some."""
    known = jax.config.values
    # An attribute is what counts in this thread; not all options are one.
    values = {name: getattr(jax.config, name, known[name]) for name in options if name in known}
    return {name: value for name, value in values.items() if value != options[name]}


def require_pinned(*keys: jax.Array) -> None:
    """Refuse to compute where JAX's options would change numbers: cheap, so what starts a computation calls it.

    Args:
        keys: what random numbers come from.

    Raises:
        WorkError: if `configure` was not called, an option that changes numbers was changed since, or a key belongs to
            another generator.
    """
    for name, value in _differing(NUMBERS).items():
        raise WorkError(
            f"JAX's option {name} is {value}, numbers are made with {NUMBERS[name]}; "
            "call sparse_nqs.runtime.configure() first, and change no such option afterwards"
        )
    for key in keys:
        if str(jax.random.key_impl(key)) != PRNG:
            raise WorkError(f"the key is one of {jax.random.key_impl(key)}, allowed are those of {PRNG}")


def configure(cache_root: str | os.PathLike | None = None) -> None:
    """Use float64 and JAX's options of `jax_options`, and keep compiled programs in a folder for each processor.

    NetKet sets float64 by a variable of its own when it is imported, so that is set too, whichever comes first.
    OpenBLAS gets one thread: the last digits of its solutions depend on their number, and more of them wait for the
    cores that XLA's threads hold.

    Args:
        cache_root: where to keep compiled programs; by default $SPARSE_NQS_CACHE, and none if that is unset.

    Raises:
        WorkError: if JAX does not find the device that $JAX_PLATFORMS asks for, or a variable changes numbers and
            cannot be set back (`variables`).
    """
    require_harmless(os.environ)
    options = NUMBERS | FAILURES
    for name in _differing(options):
        jax.config.update(name, options[name])
    os.environ["NETKET_ENABLE_X64"] = "1"
    openblas.set_threads(1)
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
