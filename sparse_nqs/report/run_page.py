"""What a run was: its studies at a glance, what every number was made by, the versions, and the whole config with its
defaults.
"""

import platform
from collections.abc import Mapping, Sequence
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
_MADE = ["study", "seed", "procedure", "rounds", "numbers", "settings", "code", "environment"]
_ENVIRONMENT = ["versions", "machine"]
_COLUMNS = ["study", "system", "network", "seeds", "states", "energies", "training steps", "training hours"]


def page(
    config: Mapping,
    rounds: pd.DataFrame,
    provenance: pd.DataFrame,
    tables: Mapping[str, Mapping[str, str]],
    config_text: str,
    accepted: Sequence[Mapping] = (),
) -> str:
    """The page.

    Args:
        config: the checked config, with all defaults.
        rounds: rounds.parquet.
        provenance: provenance.parquet.
        tables: spec_hash and code_hash of the other tables, by name.
        config_text: the config as YAML.
        accepted: code that counts as other code, see `planning.specs.accepted`: `code`, `made_by` and `tried` of each.
    """
    environments = list(provenance[_ENVIRONMENT].drop_duplicates().itertuples(index=False, name=None))
    return html.page(
        "The run",
        html.heading("Studies"),
        html.table(
            _COLUMNS, [_study_row(name, config, rounds) for name in rounds["study"].unique()], _COLUMNS[4:]
        ),
        html.heading("What made the numbers"),
        html.paragraph(
            "Hashes of all settings that the numbers depend on, the seed among them, and of the code that computed "
            "them. The last column is the environment that the job ran in, see below."
        ),
        html.table(_MADE, provenance_rows(provenance, environments), ["seed", "environment"]),
        html.table(
            ["environment", "Python and packages", "machine"],
            [[str(number), *texts] for number, texts in enumerate(environments, start=1)],
            ["environment"],
        ),
        html.paragraph(
            "The tables below are made from these numbers and from the trained states. Their first hash is of all "
            "settings and all code before them, the second of the code that writes them."
        ),
        html.table(
            ["table", "settings", "code"],
            [[name, made["spec_hash"], made["code_hash"]] for name, made in tables.items()],
        ),
        *_accepted(accepted),
        html.heading("Versions"),
        html.paragraph("As installed where this page was made, after the last change of the tables."),
        html.table(["package", "version"], versions().items()),
        html.heading("Config"),
        html.paragraph("With all defaults written out."),
        html.preformatted(config_text),
    )


def _accepted(accepted: Sequence[Mapping]) -> list[str]:
    """What was accepted with `make accept`; nothing where nothing was."""
    if not accepted:
        return []
    rows = [[entry["made_by"], entry["code"], ", ".join(entry["tried"])] for entry in accepted]
    return [
        html.heading("Accepted code"),
        html.paragraph(
            "Code that was edited after these results were made. The jobs in the last column were repeated with it and "
            "made the same numbers, bit for bit. So the tables above say the first hash, also of what this code made."
        ),
        html.table(["made by", "accepted", "repeated"], rows),
    ]


def provenance_rows(provenance: pd.DataFrame, environments: Sequence[tuple[str, str]]) -> list[list[str]]:
    """A row for all rounds that one job made, in the order of the table.

    Args:
        provenance: provenance.parquet.
        environments: the different pairs in its columns `versions` and `machine`; rows have their numbers, from 1.
    """
    same = ["study", "seed", "procedure", "stage", "spec_hash", "code_hash", *_ENVIRONMENT]
    rows = []
    for (study, seed, procedure, stage, spec, code, *made), part in provenance.groupby(
        same, sort=False, dropna=False
    ):
        where = [
            study,
            "all" if pd.isna(seed) else str(int(seed)),
            "all" if pd.isna(procedure) else procedure,
        ]
        number = str(environments.index(tuple(made)) + 1)
        rows.append([*where, _span(part["round"]), stage, spec, code, number])
    return rows


def _span(rounds: pd.Series) -> str:
    """Rounds in words; those of a job follow each other."""
    if rounds.isna().any():
        return "all"
    first, last = int(rounds.min()), int(rounds.max())
    return str(first) if first == last else f"{first} to {last}"


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
