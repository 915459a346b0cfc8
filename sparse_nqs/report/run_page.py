"""What a run was: its studies at a glance, the whole config with its defaults, and the versions that it ran with."""

import platform
from collections.abc import Mapping
from importlib import metadata

import pandas as pd

from sparse_nqs.report import html

PACKAGES = (
    "sparse-nqs",
    "snakemake",
    "jax",
    "flax",
    "netket",
    "optax",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "matplotlib",
    "physics-tenpy",
)
_COLUMNS = ["study", "system", "network", "seeds", "states", "energies", "training steps", "training hours"]


def page(config: Mapping, rounds: pd.DataFrame, config_text: str) -> str:
    """The page.

    Args:
        config: the checked config, with all defaults.
        rounds: rounds.parquet.
        config_text: the same as YAML.
    """
    return html.page(
        "The run",
        html.heading("Studies"),
        html.table(
            _COLUMNS, [_study_row(name, config, rounds) for name in rounds["study"].unique()], _COLUMNS[4:]
        ),
        html.heading("Versions"),
        html.paragraph("As installed where this page was made, after the last change of the tables."),
        html.table(["package", "version"], versions().items()),
        html.heading("Config"),
        html.paragraph("With all defaults written out."),
        html.preformatted(config_text),
    )


def versions() -> dict[str, str]:
    """Python and the packages that matter for the numbers."""
    found = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed as a package"
    return found


def _study_row(name: str, config: Mapping, rounds: pd.DataFrame) -> list[str]:
    study = config["studies"][name]
    states = rounds[rounds["study"] == name]
    steps, seconds = states["steps"].sum(), states["train_seconds"].sum()
    return [
        name,
        _words(study["system"]),
        _words(study["network"]),
        ", ".join(map(str, study["seeds"])),
        str(len(states)),
        " and ".join(sorted(states["method"].unique())),
        f"{steps:,}".replace(",", " "),
        f"{seconds / 3600:.2g}",
    ]


def _words(part: Mapping) -> str:
    """A part of the config in a row: its kind, then what it is."""
    first, *others = part.items()
    kind = part.get("model", part.get("kind", first[1]))
    return ", ".join(
        [str(kind), *(f"{key} {value}" for key, value in (first, *others) if key not in ("model", "kind"))]
    )
