"""Energy and variance of the toric code's analytic network against its weight: in closed form, and as measured."""

from collections.abc import Iterator

import numpy as np

from sparse_nqs.analysis.plaquette_network import closed_form, kernel
from sparse_nqs.evaluation import Measurement
from sparse_nqs.stages.compiling import compile_system
from sparse_nqs.stages.measuring import measure, measurer_of
from sparse_nqs.storage.states import State

# This many weights between the first and the last have only the closed form, for a smooth line.
LINE = 101


def plaquette_rows(spec: dict) -> Iterator[dict]:
    """The rows of plaquette_networks.parquet.

    Args:
        spec: lengths, weights, evaluation (as a study's) and seed. Sampling draws from seed, length and the place of
            the weight in its list.
    """
    weights = spec["weights"]
    for length in spec["lengths"]:
        for weight in np.union1d(weights, np.linspace(weights[0], weights[-1], LINE)).tolist():
            exact = closed_form(length, weight)
            yield _row(length, weight, "closed_form", exact.excess, 0.0, exact.variance, 0.0)
        for weight, measured in zip(weights, _measured(spec, length), strict=True):
            yield _measured_row(length, weight, measured, spec["evaluation"]["chains"])


def _measured(spec: dict, length: int) -> list[Measurement]:
    """What is measured of the networks of one size, by weight."""
    masks = {"kernel": kernel(length, 1.0) != 0}
    states = [
        State(position, {"kernel": kernel(length, weight)}, masks, steps=0)
        for position, weight in enumerate(spec["weights"])
    ]
    n_sites, units = masks["kernel"].shape
    whole = {
        "network": {"kind": "ffnn", "alpha": units / n_sites, "init_std": 0.01},
        "evaluation": spec["evaluation"],
        "study": f"plaquette_network_{length}",
        "seed": spec["seed"],
    }
    problem = compile_system({"model": "toric_code", "length": length})
    return measure(measurer_of(whole, problem), "init", states)


def _measured_row(length: int, weight: float, measured: Measurement, chains: int) -> dict:
    energy, variance = measured.energy, measured.variance
    excess = energy.value + 2 * length**2
    # A pair of violated plaquettes costs 4. Samples without one cannot tell how far they are off.
    is_alike = measured.n_samples is not None and excess < 2 / measured.n_samples
    return _row(
        length,
        weight,
        measured.method,
        excess,
        None if is_alike else energy.error,
        variance.value,
        None if is_alike else variance.error,
        n_samples=measured.n_samples,
        chains=chains if measured.method == "sampled" else None,
    )


def _row(
    length: int,
    weight: float,
    method: str,
    excess: float,
    excess_error: float | None,
    variance: float,
    variance_error: float | None,
    *,
    n_samples: int | None = None,
    chains: int | None = None,
) -> dict:
    n_sites = 2 * length**2
    return {
        "length": length,
        "n_sites": n_sites,
        "weight": weight,
        "method": method,
        "energy_per_site": excess / n_sites - 1.0,
        "excess_per_site": excess / n_sites,
        "excess_per_site_error": None if excess_error is None else excess_error / n_sites,
        "variance_per_site": variance / n_sites,
        "variance_per_site_error": None if variance_error is None else variance_error / n_sites,
        "n_samples": n_samples,
        "chains": chains,
    }
