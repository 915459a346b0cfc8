"""Variables of the environment that change numbers and cannot be set back once Python runs: they are refused.

`runtime` and `jax_options` set all others back; the rules set threads and devices (rules/common.smk).
"""

from collections.abc import Mapping

from sparse_nqs.errors import WorkError

# What the rules empty before a job's Python starts. Some machines set them for all programs, because of an older
# OpenBLAS. In a Python of your own you have to unset them.
SET_BACK = ("OPENBLAS_CORETYPE", "OPENBLAS_BLOCK_FACTOR")

# What each of them chooses.
_REFUSED = {
    "OPENBLAS_CORETYPE": "the processor that OpenBLAS computes for",
    "OPENBLAS_BLOCK_FACTOR": "the order of OpenBLAS' sums",
    "NPY_DISABLE_CPU_FEATURES": "NumPy's own functions",
    "NPY_ENABLE_CPU_FEATURES": "NumPy's own functions",
    "NVIDIA_TF32_OVERRIDE": "the precision of matrix products",
}
# Of XLA's flags, these write files, say where they are, or how many devices the processor counts as.
_HARMLESS_FLAGS = ("--xla_dump_", "--xla_gpu_cuda_data_dir", "--xla_force_host_platform_device_count")


def require_harmless(environment: Mapping[str, str]) -> None:
    """Refuse an environment that changes numbers.

    Args:
        environment: as `os.environ`.

    Raises:
        WorkError: with the variable, what it does, and what is allowed.
    """
    for name, what in _REFUSED.items():
        if environment.get(name):
            raise WorkError(
                f"the variable {name}={environment[name]} chooses {what}, which changes numbers; unset it"
            )
    if "hwcaps" in environment.get("GLIBC_TUNABLES", ""):
        raise WorkError(
            f"the variable GLIBC_TUNABLES={environment['GLIBC_TUNABLES']} chooses the C library's own functions, which "
            "changes numbers; unset it"
        )
    for flag in environment.get("XLA_FLAGS", "").split():
        if not flag.startswith(_HARMLESS_FLAGS):
            raise WorkError(
                f"the variable XLA_FLAGS has {flag}, which may change numbers; allowed are "
                + ", ".join(f"{allowed}..." for allowed in _HARMLESS_FLAGS)
            )
