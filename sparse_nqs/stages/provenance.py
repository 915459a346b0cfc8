"""What every number comes from: the hash of the settings that it depends on, that of the code, and the versions."""

import hashlib
import json
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("sparse-nqs", "jax", "jaxlib", "numpy", "scipy", "netket")


@cache
def _versions() -> str:
    found = [f"python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue  # a checkout that is not installed, or a package that this environment does without
    return ", ".join([*found, f"{platform.system()} {platform.machine()}"])


def made_by(spec: dict) -> dict[str, str]:
    """What a job writes beside its numbers.

    Args:
        spec: the rule's, as the config made it: all settings that the result depends on, and `code`, the hash of the
            code that runs.

    Returns:
        spec_hash (that of `config.canonical.digest`), code_hash and versions.
    """
    # The text that the config made, byte for byte; importing the config would cost a job a quarter of a second.
    text = json.dumps(spec, sort_keys=True, separators=(",", ":"))
    return {
        "spec_hash": hashlib.sha256(text.encode()).hexdigest()[:16],
        "code_hash": spec["code"],
        "versions": _versions(),
    }


def provenance_row(
    study: str,
    stage: str,
    made: dict[str, str],
    seed: int | None = None,
    procedure: str | None = None,
    round_index: int | None = None,
    draw: int | None = None,
) -> dict:
    """A row of provenance.parquet; seed, procedure, round and draw are None for what a whole study shares."""
    where = {"study": study, "seed": seed, "procedure": procedure, "round": round_index, "draw": draw}
    return {**where, "stage": stage, **made}
