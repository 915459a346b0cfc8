"""Rows of the summary tables from what the earlier stages wrote. Needs neither jax nor the core."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np

from sparse_nqs.members.loading import load
from sparse_nqs.storage.states import MEASURED, RoundHistory

if TYPE_CHECKING:
    from sparse_nqs.evaluation import Observable

# Histories keep at most about this many steps a round.
_HISTORY_ROWS = 200
# What `provenance.made_by` says.
_NOTED = ("spec_hash", "code_hash", "versions", "machine")


def describe_study(spec: dict) -> dict:
    """The columns of rounds.parquet that are the same for all rows of a study."""
    system, network = spec["system"], spec["network"]
    return {
        "network": network["kind"],
        **load("networks", network["kind"]).columns(network),
        "model": system["model"],
        "n_sites": spec["n_sites"],
        **load("systems", system["model"]).columns(system),
        "options": json.dumps({**network.get("options", {}), **system.get("options", {})}, sort_keys=True),
        **spec["training"],
    }


def round_row(where: dict, entry: dict, history: RoundHistory, reference: dict, description: dict) -> dict:
    """A row of rounds.parquet.

    Args:
        where: study, seed, procedure and draw.
        entry: one round of an evaluation file.
        history: the same round's history.
        reference: the reference file's content.
        description: from `describe_study`.
    """
    n_sites = description["n_sites"]
    ground = reference["extrapolated_energy"]
    excess = entry["energy"] - ground
    return {
        **where,
        **entry,
        "density": entry["n_active"] / entry["n_total"],
        "rho": entry["n_active"] / n_sites,
        "reference_energy": ground,
        "reference_error": reference["error"],
        "reference_method": reference["method"],
        **_error("rel_error", excess, entry, reference, reference["relative_to"]),
        **_error("abs_error_per_site", excess, entry, reference, n_sites),
        "train_seconds": history.seconds,
        "seconds_per_step": history.seconds / entry["steps"],
        "divergence_retries": history.retries,
        "largest_sr_residual": history.sr_residual.max(),
        "smallest_effective_samples": history.effective_samples.min(),
        **description,
    }


def _error(name: str, excess: float, entry: dict, reference: dict, unit: float | None) -> dict:
    """An error of the energy in some unit with its own errors: of sampling, of the reference, and of both together.

    None where there is no unit.
    """
    values = {
        name: excess,
        f"{name}_error": math.hypot(entry["energy_error"], reference["error"]),
        f"{name}_sampling_error": entry["energy_error"],
        f"{name}_reference_error": reference["error"],
    }
    return {column: None if unit is None else value / unit for column, value in values.items()}


def fidelity_row(where: dict, entry: dict, n_sites: int) -> dict:
    """A row of fidelities.parquet from one pair of a fidelity file."""
    return {
        **where,
        **entry,
        "rho_a": entry["n_active_a"] / n_sites,
        "rho_b": entry["n_active_b"] / n_sites,
    }


def history_columns(history: RoundHistory) -> dict[str, np.ndarray]:
    """The columns of histories.parquet that change from row to row: every k-th step and the last, each (T',)."""
    steps = len(history.energy)
    stride = -(-steps // _HISTORY_ROWS)
    kept = np.union1d(np.arange(0, steps, stride), steps - 1)
    return {
        "step": kept,
        **{name: getattr(history, name)[kept] for name in MEASURED},
    }


def observable_rows(where: dict, observable: Observable) -> list[dict]:
    """Rows of observables.parquet: every product of Pauli matrices, and the total.

    Args:
        where: study, seed, procedure, draw, round and method.
    """
    kind = observable.kind
    ends = [(spins[0], spins[-1] if spins[1:] else None) for spins in observable.sites.tolist()]
    rows = [
        {**where, "observable": kind, "site_i": i, "site_j": j, "value": value, "error": error}
        for (i, j), value, error in zip(
            ends, observable.value.tolist(), observable.error.tolist(), strict=True
        )
    ]
    total = {"site_i": None, "site_j": None, "value": observable.total, "error": observable.total_error}
    return [*rows, {**where, "observable": f"{kind}_total", **total}]


def provenance_row(
    study: str,
    stage: str,
    made: dict[str, str],
    seed: int | None = None,
    procedure: str | None = None,
    round_index: int | None = None,
    draw: int | None = None,
) -> dict:
    """A row of provenance.parquet; seed, procedure, round and draw are None for what a whole study shares.

    Entries that older code did not note are None, such as those of the energies that ship with the package.
    """
    where = {"study": study, "seed": seed, "procedure": procedure, "round": round_index, "draw": draw}
    return {**where, "stage": stage, **{name: made.get(name) for name in _NOTED}}
